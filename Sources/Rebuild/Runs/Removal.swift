import Bytes

/// Takes away what builds have left.
public enum Removal {
    /// Removes a folder with all that is in it, as far as that is possible. Links are not followed.
    public static func remove(_ folder: ByteString) { Files.remove(folder) }
}
