/// Numbers for people.
enum Figure {
    /// The middle of some values, of an even number the mean of the two in the middle; zero of
    /// none.
    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// A number with `digits` behind the point.
    static func text(_ value: Double, _ digits: Int) -> String {
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((value * Double(scale)).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let fraction = String(scaled.magnitude % UInt(scale))
        return (scaled < 0 ? "-" : "") + "\(scaled.magnitude / UInt(scale))."
            + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// A ratio, with two digits behind the point, or one from 10 on.
    static func ratio(_ value: Double) -> String { text(value, value < 10 ? 2 : 1) }
}
