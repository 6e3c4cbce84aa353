import Rebuild
import Testing
