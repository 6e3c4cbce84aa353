import ArgumentParser
import Bytes
import Glibc
import Hashing

/// How the work is spread; no result depends on it.
struct WorkOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: "Files of a folder that are read at once; all cores as a rule.")
    var jobs = WorkOptions.cores

    func validate() throws {
        guard jobs > 0 else { throw ValidationError("--jobs is a positive number.") }
    }

    /// Processors that this program may use.
    private static let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    /// What hashes many files: the fastest there is, or the one that the environment asks for.
    static func kernel() throws -> SHA256Kernel? {
        guard let name = Console.environment("TALLY_SHA256") else { return .best }
        if name == "libcrypto" { return nil }
        guard let kernel = SHA256Kernel(rawValue: name), kernel.isSupported else {
            let names = SHA256Kernel.allCases.filter(\.isSupported).map(\.rawValue)
            throw Trouble(
                "TALLY_SHA256 is \(ByteString(name).escaped); here it may be libcrypto, "
                    + names.joined(separator: ", "))
        }
        return kernel
    }
}
