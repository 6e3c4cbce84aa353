import ArgumentParser

/// How a command's result is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// When colours are used.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto
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
