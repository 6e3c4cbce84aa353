import Bytes

/// Which variations a second build gets, and what each of them does: always the same for the same
/// seed, job and machine.
public struct VariationPlan: Sendable {
    /// One variation in the plan.
    public struct Entry: Sendable {
        /// The variation.
        public let variation: Variation
        /// What became of it.
        public let effect: Variation.Effect
        /// The number that it chooses its values by.
        let number: UInt64

        /// Whether conditions change with it.
        public var isApplied: Bool {
            if case .applied = effect { true } else { false }
        }
    }

    /// What the values are chosen by.
    public let seed: UInt64
    /// All that were asked for.
    public let entries: [Entry]
    private let setting: Variation.Setting

    /// A plan with the given variations.
    ///
    /// - Throws: ``RebuildError`` with code `declaration` if none of them changes anything: a
    ///   second build under the same conditions shows nothing.
    public init(
        _ variations: [Variation], seed: UInt64, _ setting: Variation.Setting
    ) throws(RebuildError) {
        self.seed = seed
        self.setting = setting
        entries = variations.map { variation in
            let number = VariationPlan.number(seed, variation.name)
            var scratch = Conditions()
            return Entry(
                variation: variation, effect: variation.apply(&scratch, setting, number),
                number: number)
        }
        guard entries.contains(where: \.isApplied) else {
            throw RebuildError(
                .declaration,
                "none of the variations changes anything; choose others with --vary, or build twice "
                    + "under the same conditions with --vary none")
        }
    }

    /// The variations that change something.
    public var applied: [String] { entries.filter(\.isApplied).map(\.variation.name) }

    /// Conditions under which the clock makes no difference between two builds, as far as programs
    /// ask for it; `nil` where the clock is not varied.
    var heldClock: Conditions? {
        guard applied.contains("time"), let library = setting.faketime else { return nil }
        var conditions = Conditions()
        conditions.beginClockAnew(library)
        return conditions
    }

    /// The conditions with the named variations, on top of others.
    public func conditions(
        with names: some Collection<String>, on ground: Conditions = Conditions()
    ) -> Conditions {
        var conditions = ground
        for entry in entries where entry.isApplied && names.contains(entry.variation.name) {
            _ = entry.variation.apply(&conditions, setting, entry.number)
        }
        return conditions
    }

    /// A number for a variation: that of one does not depend on which others there are. The mixing
    /// is that of FNV-1a and SplitMix64.
    private static func number(_ seed: UInt64, _ name: String) -> UInt64 {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        state = (state ^ seed) &+ 0x9e37_79b9_7f4a_7c15
        state = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        state = (state ^ (state >> 27)) &* 0x94d0_49bb_1331_11eb
        return state ^ (state >> 31)
    }
}
