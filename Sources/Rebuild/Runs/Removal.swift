import Bytes

/// Takes away what builds have left.
public enum Removal {
    /// Removes a folder with all that is in it, as far as that is possible. Links are not followed.
    public static func remove(_ folder: ByteString) { Files.remove(folder) }

    /// Removes what a process that was ended in the midst of a build has left: its work folder, and
    /// the control groups of its builds.
    public static func remove(_ folder: ByteString, of process: Int32) {
        remove(folder)
        ControlGroup.removeAll(of: process)
    }
}
