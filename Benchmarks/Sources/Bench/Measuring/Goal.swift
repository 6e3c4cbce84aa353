/// What a measure has to be.
enum Goal {
    /// At most so many times a peer's.
    case atMost(Double, Peer)
    /// A peer's is at least so many times as much.
    case faster(Double, Peer)
    /// Below a value, in seconds or bytes.
    case below(Double)
    /// Nothing; the peer is there to look at.
    case none(Peer)

    var peer: Peer? {
        switch self {
        case .atMost(_, let peer), .faster(_, let peer), .none(let peer): peer
        case .below: nil
        }
    }

    func text(_ measure: Measure) -> String {
        switch self {
        case .atMost(let bound, let peer): "≤ \(Figure.ratio(bound)) of \(peer)"
        case .faster(let bound, let peer):
            "≥ \(Figure.ratio(bound)) times as fast as \(peer)"
        case .below(let bound): "≤ \(measure.text(bound))"
        case .none: "none"
        }
    }

    /// A ratio of ours to the peer's, as the goal speaks of it.
    func text(ratio: Double) -> String {
        if case .faster = self { return "\(Figure.ratio(1 / ratio)) times" }
        return Figure.ratio(ratio)
    }

    /// Whether a ratio of ours to the peer's, or a value of ours, is good enough.
    func isMet(by value: Double) -> Bool? {
        switch self {
        case .atMost(let bound, _), .below(let bound): value <= bound
        case .faster(let bound, _): value > 0 && 1 / value >= bound
        case .none: nil
        }
    }
}

/// A row of the table of results.
struct Row {
    let work: String
    /// What was measured.
    let measure: String
    var ours = "", peer = "", ratio = "", goal = ""
    /// Whether the goal is met, or why that cannot be said.
    var outcome = ""

    /// A row without figures.
    static func empty(_ work: String, _ measure: String, _ outcome: String) -> Row {
        Row(work: work, measure: measure, outcome: outcome)
    }

    /// The word for a goal that is met or not; nothing without a goal.
    static func word(_ isMet: Bool?) -> String { isMet.map { $0 ? "yes" : "**no**" } ?? "" }
}

extension Contest.Result {
    /// A row: medians of both, and the median of the ratios of each round.
    func row(_ work: String, _ measure: Measure, _ goal: Goal) -> Row {
        var row = Row(work: work, measure: measure.rawValue, goal: goal.text(measure))
        let value = ours.median(measure)
        row.ours = measure.text(value)
        guard let peer = goal.peer else {
            row.outcome = Row.word(goal.isMet(by: value))
            return row
        }
        guard let timing = timing(of: peer), !timing.runs.isEmpty else {
            row.peer = "\(peer)"
            row.outcome = peer.isPresent ? "\(peer) failed" : "not installed"
            return row
        }
        let ratio = Figure.median(zip(ours.runs, timing.runs).map { $0[measure] / $1[measure] })
        row.peer = "\(peer) \(measure.text(timing.median(measure)))"
        row.ratio = goal.text(ratio: ratio)
        row.outcome = Row.word(goal.isMet(by: ratio))
        return row
    }
}
