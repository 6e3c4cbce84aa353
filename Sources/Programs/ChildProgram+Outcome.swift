import Bytes

extension ChildProgram {
    /// What a program wrote, and how it ended.
    public struct Outcome: Sendable {
        /// What it wrote to standard output.
        public let output: [UInt8]
        /// The last that it wrote to standard error, where that is kept.
        public let errors: [UInt8]
        /// How it ended, as waitpid(2) has it.
        let state: Int32

        /// Whether it ran until it was ready, whatever it then said.
        public var isWhole: Bool { state & 0x7f == 0 }

        /// Its exit status; 128 and more if a signal ended it.
        public var status: Int32 { isWhole ? state >> 8 & 0xff : 128 + state & 0x7f }

        /// How it ended, in words that follow its name; `nil` for exit status 0.
        public var ending: String? {
            guard isWhole else { return "was ended by signal \(state & 0x7f)" }
            return status == 0 ? nil : "failed with exit status \(status)"
        }

        /// The last line that it wrote to standard error, fit to be shown; its status if there is
        /// none.
        public var reason: String {
            let lines = errors.split(separator: 0x0a)
            return lines.last.map { Escape.visible($0.prefix(300)) } ?? "exit status \(status)"
        }
    }
}
