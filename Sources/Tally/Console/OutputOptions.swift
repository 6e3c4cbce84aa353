import ArgumentParser

/// How a command's result is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people; it may change between versions.
    case text
    /// For programs; it has a schema.
    case json
}

/// When colours are used.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    /// On a terminal only, and not if `NO_COLOR` is set.
    case auto
    /// Into pipes and the file of `--output` too.
    case always
    case never
}

/// The options that every command has.
struct OutputOptions: ParsableArguments {
    @Option(help: "How the result is written: text or json.")
    var format = OutputFormat.text

    @Option(name: .shortAndLong, help: "Where the result is written, in place of standard output.")
    var output: Path?

    @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
    var quiet = false

    @Option(help: "When colours are used: auto, always or never.")
    var color = ColorChoice.auto

    /// Whether text for standard output has colours.
    var usesColor: Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto:
            output == nil && Console.isTerminal(1) && Console.environment("NO_COLOR") == nil
        }
    }

    /// Writes the result where it belongs.
    func write(_ bytes: [UInt8]) throws {
        if let output { return try OutputFile.write(bytes, to: output) }
        if !quiet { try Console.print(bytes) }
    }
}
