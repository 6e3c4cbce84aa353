import Bytes

/// Finds out which variations make a difference: all minimal sets of them that do.
public struct Bisection {
    /// Variations that make a difference together, and no fewer of them do.
    public struct Cause: Sendable {
        /// Their names, in the order of the plan.
        public let variations: [String]
        /// A build with just these, and the one without them that it is not like.
        public let run: BuildRun, control: BuildRun
    }

    /// What was found.
    public struct Result: Sendable {
        /// Builds under the same conditions, which shows how much of a difference is chance.
        public var controls: [BuildRun]
        /// Two builds under the same conditions with different outputs; `nil` if there were none,
        /// or none but for the clock. Where there are, nothing is blamed.
        public var unequal: (BuildRun, BuildRun)?
        /// Whether the same conditions gave different outputs.
        public var isFlaky: Bool { unequal != nil }
        /// Whether they did by the clock alone. Then the cause `time` is one of them, and all
        /// others were looked for with a clock that begins anew in each process.
        public var hasClock = false
        /// All causes, in the order of the plan.
        public var causes: [Cause] = []
        /// Whether a build with all variations but those of the causes gave what the control did.
        /// Then nothing is left unexplained.
        public var isConfirmed = false
        /// A build that is not what the control is: with all variations, or at another time.
        public var widest: BuildRun?
        /// Builds in all.
        public var builds = 0
    }

    private let series: BuildSeries
    private let plan: VariationPlan
    private let control: BuildRun
    /// The names of the variations that are looked at, and what they are on top of.
    private let names: [String], ground: Conditions
    /// What is known already: builds by their variations; `nil` for what the control gave too.
    private var known: [[String]: BuildRun?] = [:]
    private var causes: [Cause] = []
    /// The first build that made a difference, which has all variations.
    private var widest: BuildRun?

    /// Runs all builds that it takes: `repeats` under the same conditions, about two for each
    /// variation that makes a difference times the logarithm of how many there are, and one more
    /// for the control and each cause, which have to give the same again. Those that do not wait
    /// for one another are done at once, as far as the series does.
    ///
    /// - Throws: ``RebuildError``; with code `build` if any of the builds fails.
    public static func run(
        _ series: BuildSeries, _ plan: VariationPlan, repeats: Int
    ) throws(RebuildError) -> Result {
        try series.prepare(
            [Conditions(), plan.conditions(with: plan.applied)]
                + plan.applied.map { plan.conditions(with: [$0]) })
        let controls = try series.build(
            all: [Conditions](repeating: Conditions(), count: max(1, repeats)), apart: true)
        var result = Result(controls: controls)
        result.unequal = controls.first { $0.digest != controls[0].digest }.map {
            (controls[0], $0)
        }
        if let unequal = result.unequal {
            try explain(unequal, series, plan, &result)
        } else {
            var search = Bisection(series, plan, controls[0])
            try search.complete(&result)
        }
        result.builds = series.count
        return result
    }

    /// Finds out whether it is the clock that makes equal builds unequal, and looks for what else
    /// does without it.
    private static func explain(
        _ unequal: (BuildRun, BuildRun), _ series: BuildSeries, _ plan: VariationPlan,
        _ result: inout Result
    ) throws(RebuildError) {
        guard let ground = plan.heldClock else { return }
        let controls = try series.build(all: [ground, ground], apart: true)
        guard controls[0].digest == controls[1].digest else { return }
        result.unequal = nil
        var search = Bisection(series, plan, controls[0], on: ground, without: "time")
        search.widest = unequal.1
        try search.complete(&result)
        guard !result.isFlaky else { return }
        result.hasClock = true
        let clock = Cause(variations: ["time"], run: unequal.1, control: unequal.0)
        result.causes = search.sorted(result.causes + [clock])
    }

    private init(
        _ series: BuildSeries, _ plan: VariationPlan, _ control: BuildRun,
        on ground: Conditions = Conditions(), without left: String? = nil
    ) {
        self.series = series
        self.plan = plan
        self.control = control
        self.ground = ground
        names = plan.applied.filter { $0 != left }
    }

    /// Finds all causes, and whether they are all.
    private mutating func complete(_ result: inout Result) throws(RebuildError) {
        try explain(names)
        result.isConfirmed = try confirm()
        result.unequal = try replay()
        result.widest = widest
        result.causes = result.isFlaky ? [] : sorted(causes)
    }

    /// Causes in the order of the plan.
    private func sorted(_ causes: [Cause]) -> [Cause] {
        let order = plan.applied
        func places(_ cause: Cause) -> [Int] {
            cause.variations.map { order.firstIndex(of: $0) ?? 0 }
        }
        return causes.sorted { places($0).lexicographicallyPrecedes(places($1)) }
    }

    private func conditions(_ set: [String]) -> Conditions {
        plan.conditions(with: set, on: ground)
    }

    private func cause(_ set: [String], _ run: BuildRun) -> Cause {
        Cause(variations: set, run: run, control: control)
    }

    /// Builds with each of some sets of variations; `nil` for one that gives what the control did.
    private mutating func differences(_ sets: [[String]]) throws(RebuildError) -> [BuildRun?] {
        var missing: [[String]] = []
        for set in sets where known[set] == nil && !missing.contains(set) { missing.append(set) }
        let runs = try series.build(all: missing.map(conditions))
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
        guard !names.isEmpty, let run = try difference(names) else { return }
        var open = [cause(names, run)]
        while !open.isEmpty {
            causes += open.filter { $0.variations.count == 1 }
            let parted = open.filter { $0.variations.count > 1 }
            let halves = parted.flatMap { Bisection.halves($0.variations) }
            let runs = try differences(halves)
            open = []
            for (index, whole) in parted.enumerated() {
                let found = [2 * index, 2 * index + 1].compactMap { half in
                    runs[half].map { cause(halves[half], $0) }
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
            return cause(needed, run)
        }
        var smallest = whole
        for name in names {
            let rest = smallest.variations.filter { $0 != name }
            guard !rest.isEmpty, let run = try difference(rest) else { continue }
            smallest = cause(rest, run)
        }
        return smallest
    }

    /// Builds the control and with each cause once more: what then gives something else was found
    /// by chance, and so may be the others. What is random has to differ from the control again.
    ///
    /// - Returns: the first such pair of builds.
    private func replay() throws(RebuildError) -> (BuildRun, BuildRun)? {
        guard !causes.isEmpty else { return nil }
        let runs = [control] + causes.map(\.run)
        let again = try series.build(all: runs.map(\.conditions))
        let random = Set(plan.entries.filter(\.variation.isRandom).map(\.variation.name))
        let isRandom = [false] + causes.map { !random.isDisjoint(with: $0.variations) }
        for (run, (other, isRandom)) in zip(runs, zip(again, isRandom)) {
            let holds = isRandom ? other.digest != control.digest : other.digest == run.digest
            if !holds { return (run, other) }
        }
        return nil
    }

    /// Whether all variations but the causes' make no difference. What is left over goes into
    /// another round, as where two variations hid each other.
    private mutating func confirm() throws(RebuildError) -> Bool {
        for _ in 0..<4 {
            let named = Set(causes.flatMap(\.variations))
            let rest = names.filter { !named.contains($0) }
            guard !rest.isEmpty, let run = try difference(rest) else { return true }
            causes.append(try minimal(cause(rest, run)))
        }
        return false
    }
}
