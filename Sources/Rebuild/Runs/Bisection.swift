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
    private var causes: [Cause] = []
    /// The first build that made a difference, which has all variations.
    private var widest: BuildRun?

    /// Runs all builds that it takes: `repeats` under the same conditions, and about two for each
    /// variation that makes a difference times the logarithm of how many there are.
    ///
    /// - Throws: ``RebuildError``; with code `build` if any of the builds fails.
    public static func run(
        _ series: BuildSeries, _ plan: VariationPlan, repeats: Int
    ) throws(RebuildError) -> Result {
        var controls: [BuildRun] = []
        for _ in 0..<max(1, repeats) { controls.append(try series.build(Conditions())) }
        var result = Result(
            controls: controls, isFlaky: controls.contains { $0.digest != controls[0].digest })
        if !result.isFlaky {
            var search = Bisection(series, plan, controls[0])
            try search.explain(plan.applied)
            let order = plan.applied
            result.causes = search.causes.sorted {
                (order.firstIndex(of: $0.variations[0]) ?? 0)
                    < (order.firstIndex(of: $1.variations[0]) ?? 0)
            }
            result.isConfirmed = try search.confirm()
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

    /// A build with some variations; `nil` if it gives what the control did.
    private mutating func difference(_ names: [String]) throws(RebuildError) -> BuildRun? {
        let run = try series.build(plan.conditions(with: names))
        guard run.digest != control.digest else { return nil }
        if widest == nil { widest = run }
        return run
    }

    /// Finds the causes among some variations: all of them together, then each half. What no half
    /// shows is a matter of several at once.
    ///
    /// - Returns: whether they made a difference.
    @discardableResult
    private mutating func explain(_ names: [String]) throws(RebuildError) -> Bool {
        guard !names.isEmpty, let run = try difference(names) else { return false }
        if names.count == 1 {
            causes.append(Cause(variations: names, run: run))
            return true
        }
        let middle = names.count / 2
        let first = try explain(Array(names[..<middle]))
        let second = try explain(Array(names[middle...]))
        if !first, !second {
            let (set, run) = try minimize(names, run)
            causes.append(Cause(variations: set, run: run))
        }
        return true
    }

    /// The smallest set that makes a difference, by leaving out one after the other. Its halves are
    /// known to make none, so it is small.
    private mutating func minimize(
        _ names: [String], _ run: BuildRun
    ) throws(RebuildError) -> ([String], BuildRun) {
        var (set, latest) = (names, run)
        for name in names {
            let rest = set.filter { $0 != name }
            guard !rest.isEmpty, let run = try difference(rest) else { continue }
            (set, latest) = (rest, run)
        }
        return (set, latest)
    }

    /// Whether all variations but the causes' make no difference. What is left over goes into another
    /// round, as where two variations hid each other.
    private mutating func confirm() throws(RebuildError) -> Bool {
        for _ in 0..<4 {
            let named = Set(causes.flatMap(\.variations))
            let rest = plan.applied.filter { !named.contains($0) }
            guard !rest.isEmpty, let run = try difference(rest) else { return true }
            let (set, minimal) = try minimize(rest, run)
            causes.append(Cause(variations: set, run: minimal))
        }
        return false
    }
}
