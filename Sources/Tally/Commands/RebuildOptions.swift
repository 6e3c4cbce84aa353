import ArgumentParser
import Bytes
import Rebuild

/// What is varied between two builds.
struct VariationOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Variations of the second build: all (the default), none, or names, which are "
                + Variation.all.map(\.name).joined(separator: ", ") + "."))
    var vary: [String] = []

    @Option(help: "What the values of variations are chosen by.")
    var seed: UInt64 = 1

    @Flag(help: "Find out which variations make a difference, and what each of them changes.")
    var bisect = false

    @Option(help: "With --bisect, builds under equal conditions to begin with.")
    var repeats = 2

    @Option(
        help: ArgumentHelp(
            "Builds at a time, each within its own limits; as a rule as many as there are cores, and "
                + "room for in memory. What is found is the same for any number."))
    var parallelBuilds: Int?

    @Flag(help: "Tell which process wrote what differs, and what it had read.")
    var trace = false

    /// Finds wrong usage.
    func validate() throws {
        _ = try variations()
        guard repeats > 0 else { throw ValidationError("--repeats is a positive number.") }
        guard parallelBuilds ?? 1 > 0 else {
            throw ValidationError("--parallel-builds is a positive number.")
        }
        guard !bisect || vary != ["none"] else {
            throw ValidationError("--bisect needs variations; leave out --vary none.")
        }
    }

    /// The variations by their names, in their own order; empty for none.
    func variations() throws -> [Variation] {
        if vary == ["none"] { return [] }
        if vary.isEmpty || vary == ["all"] { return Variation.all }
        let names = vary.flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        for name in names where Variation.named(name) == nil {
            throw ValidationError(
                "There is no variation named '\(ByteString(name).escaped)'. There are: "
                    + Variation.all.map(\.name).joined(separator: ", ") + ".")
        }
        return Variation.all.filter { names.contains($0.name) }
    }
}

/// What a build may use; what is not given is as the recipe says, else the default.
struct BuildLimitOptions: ParsableArguments {
    @Option(help: "Bytes of memory of all processes of a build.")
    var buildMemory: UInt64?

    @Option(help: "Processes of a build at a time.")
    var buildProcesses: UInt64?

    @Option(help: "Bytes that a build may write.")
    var buildDisk: UInt64?

    @Option(help: "Seconds that a build may take.")
    var buildTime: UInt64?

    /// Finds wrong usage.
    func validate() throws {
        for limit in [buildMemory, buildProcesses, buildDisk, buildTime] where limit == 0 {
            throw ValidationError("A limit is a positive number.")
        }
    }

    /// Puts what was given in place of what was declared.
    func apply(to limits: inout SandboxLimits) {
        if let buildMemory { limits.memory = buildMemory }
        if let buildProcesses { limits.processes = buildProcesses }
        if let buildDisk { limits.disk = buildDisk }
        if let buildTime { limits.seconds = buildTime }
    }
}

/// What is signed of a rebuild.
struct RebuildSigningOptions: ParsableArguments {
    @OptionGroup var signers: SignerOptions

    @Option(help: "The file for the attestation of the comparison.")
    var attestation: Path?

    @Option(help: "The file for the provenance of what was built (SLSA v1).")
    var provenance: Path?

    @Option(help: "Who builds, a URI for the provenance.")
    var builder = "https://tallystick.dev/builders/rebuild/v1"

    @Option(help: "The time to state, as 2026-01-31T12:00:00Z; the clock's by default.")
    var time: String?

    /// Finds wrong usage before anything is built.
    func validate() throws {
        try signers.check()
        let isAsked = attestation != nil || provenance != nil
        guard signers.isEmpty != isAsked else {
            throw ValidationError(
                "--key (or --sign-command) goes with --attestation, --provenance, or both.")
        }
        _ = try AttestationWriter.timestamp(time)
    }
}
