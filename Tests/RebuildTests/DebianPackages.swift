import Archives
import Bytes
import Foundation
import TestSupport

/// The program that tests start readers of archives with: the one that was built beside them.
enum Tally {
    private static let path = Bundle.main.bundlePath + "/tally"
    static let launcher = ArchiveLauncher(program: ByteString(path), seconds: 60)
    /// Whether it is there.
    static let isBuilt = FileManager.default.isExecutableFile(atPath: path)
}

/// A Debian package, made here.
struct DebBuilder {
    var name = "tally"
    var version = "1.0"
    var architecture = "amd64"
    /// More lines of the control paragraph.
    var more = ""
    /// More control files.
    var scripts: [(name: String, text: String)] = []
    /// What it installs.
    var files: [TarBuilder.Entry] = []

    /// A package of files with contents.
    init(_ name: String, _ files: [(ByteString, String)] = []) {
        self.name = name
        self.files = files.map { TarBuilder.Entry($0.0, Array($0.1.utf8)) }
    }

    var control: [UInt8] {
        let text =
            "Package: \(name)\nVersion: \(version)\nArchitecture: \(architecture)\n\(more)"
        let entries =
            [TarBuilder.Entry("./control", Array(text.utf8))]
            + scripts.map { TarBuilder.Entry(ByteString("./" + $0.name), Array($0.text.utf8)) }
        return TarBuilder(entries).build()
    }

    func build() -> [UInt8] {
        ArBuilder.package(control: control, data: TarBuilder(files).build(), suffix: "").build()
    }
}

extension TarBuilder.Entry {
    /// A member of another type.
    static func other(
        _ name: ByteString, type: Unicode.Scalar, link: ByteString = "", mode: Int = 0o755
    ) -> TarBuilder.Entry {
        var entry = TarBuilder.Entry(name)
        entry.type = type
        entry.link = link
        entry.mode = mode
        return entry
    }
}
