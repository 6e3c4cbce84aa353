import Bytes
import Glibc

/// Why a text and its snapshot do not agree; thrown, so that the test fails.
public struct SnapshotError: Error, CustomStringConvertible {
    /// What happened and what to do.
    public let description: String
}

/// Texts kept beside the tests that expect them, in `Snapshots/`.
///
/// With `RECORD_SNAPSHOTS` set in the environment the text is written down instead, and the test
/// fails all the same: a recording must never pass for a check.
public enum Snapshot {
    /// Checks `text` against the file `name` in the folder `Snapshots` beside the calling file.
    ///
    /// - Throws: ``SnapshotError`` with the first line that differs, or after recording.
    public static func check(
        _ text: String, _ name: String, beside file: String = #filePath,
        isRecording: Bool = unsafe getenv("RECORD_SNAPSHOTS") != nil
    ) throws {
        let folder =
            file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/") + "/Snapshots"
        let path = "\(folder)/\(name)"
        if isRecording {
            unsafe mkdir(folder, 0o755)
            try Disk.write(Array(text.utf8), to: ByteString(path))
            throw SnapshotError(description: "recorded \(name); run again without recording")
        }
        let source = try FileSource(path: ByteString(path))
        let kept = try source.read(ByteRange(start: 0, length: source.size))
        guard kept != Array(text.utf8) else { return }
        throw SnapshotError(description: difference(String(decoding: kept, as: UTF8.self), text))
    }

    private static func difference(_ kept: String, _ made: String) -> String {
        let old = kept.split(separator: "\n", omittingEmptySubsequences: false)
        let new = made.split(separator: "\n", omittingEmptySubsequences: false)
        let line = zip(old, new).prefix { $0 == $1 }.count
        let expected = line < old.count ? String(old[line]) : "(the end)"
        let found = line < new.count ? String(new[line]) : "(the end)"
        return "line \(line + 1) should be\n  \(expected)\nand is\n  \(found)\n"
            + "If that is right, record it with RECORD_SNAPSHOTS=1."
    }
}
