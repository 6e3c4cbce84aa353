import Bytes

/// Finds out which variations make a difference: all minimal sets of them that do.
public struct Bisection {
    /// Variations that make a difference together, and no fewer of them do.
    public struct Cause: Sendable {
        /// Their names, in the order of the plan.
        public let variations: [String]
        /// A build with just these.
        public let run: BuildRun
    }

    /// What was found.
    public struct Result: Sendable {
        /// Builds under the same conditions, which shows how much of a difference is chance.
        public var controls: [BuildRun]
        /// Whether the same conditions gave different outputs: then nothing else was looked for.
        public var isFlaky: Bool
        /// All causes, in the order of the plan.
        public var causes: [Cause] = []
        /// Whether a build with all variations but those of the causes gave what the control did.
        /// Then nothing is left unexplained.
        public var isConfirmed = false
        /// The build with all variations.
        public var widest: BuildRun?
        /// Builds in all.
        public var builds = 0
    }

    private let series: BuildSeries
    private let plan: VariationPlan
    private let control: BuildRun
    /// What is known already: builds by their variations; `nil` for what the control gave too.
    private var known: [[String]: BuildRun?] = [:]
    private var causes: [Cause] = []
    /// The first build that made a difference, which has all variations.
    private var widest: BuildRun?

    /// Runs all builds that it takes: `repeats` under the same conditions, and about two for each
    /// variation that makes a difference times the logarithm of how many there are. Those that do
    /// not wait for one another are done at once, as far as the series does.
    ///
    /// - Throws: ``RebuildError``; with code `build` if any of the builds fails.
    public static func run(
        _ series: BuildSeries, _ plan: VariationPlan, repeats: Int
    ) throws(RebuildError) -> Result {
        try series.prepare(
            [Conditions(), plan.conditions(with: plan.applied)]
                + plan.applied.map { plan.conditions(with: [$0]) })
        let controls = try series.build(
            all: [Conditions](repeating: Conditions(), count: max(1, repeats)))
        var result = Result(
            controls: controls, isFlaky: controls.contains { $0.digest != controls[0].digest })
        if !result.isFlaky {
            var search = Bisection(series, plan, controls[0])
            try search.explain(plan.applied)
            result.isConfirmed = try search.confirm()
            result.causes = search.sortedCauses
            result.widest = search.widest
        }
        result.builds = series.count
        return result
    }

    private init(_ series: BuildSeries, _ plan: VariationPlan, _ control: BuildRun) {
        self.series = series
        self.plan = plan
        self.control = control
    }

    /// The causes in the order of the plan.
    private var sortedCauses: [Cause] {
        let order = plan.applied
        func places(_ cause: Cause) -> [Int] {
            cause.variations.map { order.firstIndex(of: $0) ?? 0 }
        }
        return causes.sorted { places($0).lexicographicallyPrecedes(places($1)) }
    }

    /// Builds with each of some sets of variations; `nil` for one that gives what the control did.
    private mutating func differences(_ sets: [[String]]) throws(RebuildError) -> [BuildRun?] {
        var missing: [[String]] = []
        for set in sets where known[set] == nil && !missing.contains(set) { missing.append(set) }
        let runs = try series.build(all: missing.map { plan.conditions(with: $0) })
        for (set, run) in zip(missing, runs) {
            let isOther = run.digest != control.digest
            known.updateValue(isOther ? run : nil, forKey: set)
            if isOther, widest == nil { widest = run }
        }
        return sets.map { (known[$0] ?? nil) }
    }

    private mutating func difference(_ set: [String]) throws(RebuildError) -> BuildRun? {
        try differences([set])[0]
    }

    /// Finds the causes among some variations: all of them together, then each half. What no half
    /// shows is a matter of several at once.
    private mutating func explain(_ names: [String]) throws(RebuildError) {
        guard let run = try difference(names) else { return }
        var open = [Cause(variations: names, run: run)]
        while !open.isEmpty {
            causes += open.filter { $0.variations.count == 1 }
            let parted = open.filter { $0.variations.count > 1 }
            let halves = parted.flatMap { Bisection.halves($0.variations) }
            let runs = try differences(halves)
            open = []
            for (index, whole) in parted.enumerated() {
                let found = [2 * index, 2 * index + 1].compactMap { half in
                    runs[half].map { Cause(variations: halves[half], run: $0) }
                }
                if found.isEmpty { causes.append(try minimal(whole)) }
                open += found
            }
        }
    }

    private static func halves(_ names: [String]) -> [[String]] {
        let middle = names.count / 2
        return [Array(names[..<middle]), Array(names[middle...])]
    }

    /// The smallest set that makes a difference, of one that does: those variations without any of
    /// which there is none. Where these alone make none, as where two sets do the same, one
    /// variation after the other is left out.
    private mutating func minimal(_ whole: Cause) throws(RebuildError) -> Cause {
        let names = whole.variations
        let rests = names.map { name in names.filter { $0 != name } }
        let runs = try names.count > 1 ? differences(rests) : []
        let needed = zip(names, runs).filter { $0.1 == nil }.map(\.0)
        if !needed.isEmpty, let run = try difference(needed) {
            return Cause(variations: needed, run: run)
        }
        var smallest = whole
        for name in names {
            let rest = smallest.variations.filter { $0 != name }
            guard !rest.isEmpty, let run = try difference(rest) else { continue }
            smallest = Cause(variations: rest, run: run)
        }
        return smallest
    }

    /// Whether all variations but the causes' make no difference. What is left over goes into
    /// another round, as where two variations hid each other.
    private mutating func confirm() throws(RebuildError) -> Bool {
        for _ in 0..<4 {
            let named = Set(causes.flatMap(\.variations))
            let rest = plan.applied.filter { !named.contains($0) }
            guard !rest.isEmpty, let run = try difference(rest) else { return true }
            causes.append(try minimal(Cause(variations: rest, run: run)))
        }
        return false
    }
}
