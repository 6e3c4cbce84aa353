import Anatomy
import Formats

/// One thing that is fed with hostile bytes.
struct Target: Sendable {
    /// Its name: a format's, or of what reads texts.
    let name: String
    /// Inputs to begin with.
    let seeds: @Sendable () -> [[UInt8]]
    /// Makes checksums fit after a change, where a format has them in the open.
    var repair: (@Sendable (Repair.Bytes) -> Void)?
    /// Judges one input.
    let run: @Sendable ([UInt8]) -> Void

    /// One per format whose every byte is accounted for, then those that are about more.
    static let all: [Target] =
        Format.accounted.map { format in
            Target(
                name: format.name, seeds: { Seeds.layers(of: format) },
                repair: Repair.byFormat[format.name]
            ) { Dissection.check($0, as: format) }
        } + [
            Target(
                name: "compare", seeds: { Seeds.pairs() }, repair: Repair.tar,
                run: { Pair.check($0) }),
            Target(name: "json", seeds: { Seeds.texts() }, run: { Texts.checkJSON($0) }),
            Target(name: "report", seeds: { Seeds.texts() }, run: { Texts.checkReport($0) }),
            Target(
                name: "statement", seeds: { Trusting.texts() },
                run: { Trusting.checkStatement($0) }),
            Target(
                name: "bundle", seeds: { Trusting.bundles() }, run: { Trusting.checkBundle($0) }),
            Target(name: "base64", seeds: { Encodings.texts() }, run: { Encodings.checkText($0) }),
            Target(name: "lists", seeds: { Encodings.lists() }, run: { Encodings.checkList($0) }),
            Target(name: "der", seeds: { Encodings.ders() }, run: { Encodings.checkDER($0) }),
            Target(name: "keys", seeds: { Keys.seeds() }, run: { Keys.check($0) }),
            Target(name: "foreign", seeds: { Seeds.foreign() }, run: { Foreign.check($0) }),
            Target(name: "policy", seeds: { Seeds.policies() }, run: { Texts.checkPolicy($0) }),
        ]
}
