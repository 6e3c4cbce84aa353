let sum = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 0
let notches = String(sum).compactMap(\.wholeNumberValue).reduce(0, +)
print(String(repeating: "|", count: notches))
