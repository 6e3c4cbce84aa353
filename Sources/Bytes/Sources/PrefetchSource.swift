/// A source that is read ahead on a thread of its own, so that both sides of a comparison decode at
/// the same time.
public final class PrefetchSource: BufferedSource {
    /// What the reading thread hands over; a failure is the last.
    private enum Message: Sendable {
        case chunk(Chunk)
        case failure(SourceError)
    }

    /// Closing it from either end lets the other one go.
    private let queue: BoundedQueue<Message>
    /// The thread that decodes.
    private let worker: Worker
    /// The failure that ended the reading; thrown again at each later call.
    private var failure: SourceError?

    /// Chunks read ahead: enough to ride out one slow chunk, little enough to stay in the cache.
    private static let depth = 4

    /// Reads `base` ahead. Nobody else may use `base` until this source is gone or ``stop()`` was
    /// called.
    public init(_ base: any Source) {
        let queue = BoundedQueue<Message>(capacity: PrefetchSource.depth)
        let base = Handover(base)
        self.queue = queue
        worker = Worker {
            do throws(SourceError) {
                while let chunk = try base.value.next() {
                    guard queue.push(.chunk(chunk)) else { return }
                }
            } catch {
                queue.push(.failure(error))
            }
            queue.close()
        }
        super.init()
    }

    /// The next chunk that was read ahead; waits if there is none yet.
    public override func produce() throws(SourceError) -> Chunk? {
        if let failure { throw failure }
        switch queue.pop() {
        case .chunk(let chunk): return chunk
        case .failure(let error):
            failure = error
            throw error
        case nil: return nil
        }
    }

    /// Ends the reading ahead and waits for the thread; what was read ahead is lost.
    public func stop() {
        queue.close()
        worker.join()
    }

    deinit { stop() }
}
