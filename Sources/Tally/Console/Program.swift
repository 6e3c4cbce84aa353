import CLauncher
import Glibc

/// This very program: how it was started, and where it is.
enum Program {
    /// The words of the command line behind the program's name.
    static var arguments: [String] {
        (0..<tally_argument_count()).dropFirst().compactMap { index in
            guard let word = unsafe tally_argument(index) else { return nil }
            let bytes = unsafe UnsafeRawBufferPointer(start: word, count: strlen(word))
            return unsafe Path.encode(Array(bytes))
        }
    }

    /// The path to start it again by.
    static var path: String {
        if unsafe access("/proc/self/exe", X_OK) == 0 { return "/proc/self/exe" }
        guard let path = unsafe tally_program() else { return "/proc/self/exe" }
        return unsafe String(cString: path)
    }
}
