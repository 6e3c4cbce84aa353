import Archives
import Bytes
import Foundation
import Testing

/// Readers that do not behave: the program that is started is a script.
struct ReaderTests {
    /// What reading with a script in the reader's place ends with.
    private func failure(of script: String, patience: Int = 60) throws -> SourceError.Code? {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "reader-\(UUID().uuidString)")
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o700], ofItemAtPath: file.path)
        let launcher = ArchiveLauncher(program: ByteString(file.path), seconds: patience)
        do throws(SourceError) {
            _ = try launcher.read(MemorySource([1, 2, 3])).nextMember()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `one that says nothing is given up`() throws {
        #expect(try failure(of: "exec sleep 600", patience: 1) == .limit)
    }

    @Test func `one that ends is noticed`() throws {
        #expect(try failure(of: "exit 0") == .malformed)
    }

    @Test func `one that could not confine itself has read nothing`() throws {
        // The tag U, and a length of zero.
        #expect(try failure(of: "printf 'U\\000\\000\\000\\000' >&0") == .unsupported)
    }

    @Test func `one that talks nonsense is not believed`() throws {
        #expect(try failure(of: "printf 'B\\000\\000\\000\\000' >&0") == .malformed)
        #expect(try failure(of: "printf '?????' >&0") == .malformed)
    }
}
