import Bytes
import Programs

extension ChildProgram {
    /// Bytes that a program may write.
    private static let outputLimit = 256 << 20

    /// Runs it until its end.
    ///
    /// - Throws: ``RebuildError`` with code `io` if it cannot be run.
    func outcome(_ inputs: [[UInt8]] = []) throws(RebuildError) -> Outcome {
        do throws(ProgramError) {
            return try run(inputs, atMost: ChildProgram.outputLimit)
        } catch {
            throw RebuildError(.io, error.message)
        }
    }
}
