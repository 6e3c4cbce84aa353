import Archives
import Bytes
import Foundation
import Testing

/// Readers that do not behave: the program that is started is a script.
struct ReaderTests {
    /// What reading with a script in the reader's place ends with.
    private func failure(of script: String, patience: Int = 60) throws -> SourceError.Code? {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "reader-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (text, file) = (folder.appending(path: "text"), folder.appending(path: "reader"))
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: text)
        // Another test that starts a program at this moment hands on what is open here, and a file
        // that anybody has open to write cannot be started (ETXTBSY): a process of its own writes
        // this one.
        let install = Process()
        install.executableURL = URL(filePath: "/usr/bin/install")
        install.arguments = ["-m", "0700", text.path, file.path]
        try install.run()
        install.waitUntilExit()
        try #require(install.terminationStatus == 0)
        let launcher = ArchiveLauncher(program: ByteString(file.path), seconds: patience)
        do throws(SourceError) {
            _ = try launcher.read(MemorySource([1, 2, 3])).nextMember()
            return nil
        } catch {
            return error.code
        }
    }

    private func expect(
        _ expected: SourceError.Code, of script: String, patience: Int = 60
    ) throws {
        let code = try failure(of: script, patience: patience)
        #expect(code == expected, "\(script)")
    }

    @Test func `one that says nothing is given up`() throws {
        try expect(.limit, of: "exec sleep 600", patience: 1)
    }

    @Test func `one that ends is noticed`() throws {
        try expect(.malformed, of: "exit 0")
    }

    @Test func `one that could not confine itself has read nothing`() throws {
        // The tag U, and a length of zero.
        try expect(.unsupported, of: "printf 'U\\000\\000\\000\\000' >&0")
    }

    @Test func `one that talks nonsense is not believed`() throws {
        try expect(.malformed, of: "printf 'B\\000\\000\\000\\000' >&0")
        try expect(.malformed, of: "printf '?????' >&0")
    }
}
