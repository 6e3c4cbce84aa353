import Anatomy
import ArgumentParser

/// Which differences are tolerated, for commands that judge nothing else.
struct ProfileOptions: ParsableArguments {
    @Option(name: .customLong("profile"), help: "A set of normalizations, as for 'compare'.")
    var profileName = "archive"

    @Option(
        name: .customLong("allow"), parsing: .singleValue,
        help: "A normalization to allow besides, also where a profile would refuse it.")
    var allowed: [String] = []

    /// A name that there is none of is wrong usage.
    func validate() throws { _ = try profile() }

    /// The profile with the rules that were named.
    func profile() throws -> Profile {
        try JudgingOptions.profile(profileName, allowing: allowed)
    }
}
