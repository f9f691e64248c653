import CEpoll
public import Dispatch
import Glibc
import OpenSSL

/// A share of a run's connections: one serial queue, one epoll descriptor under one DispatchSource, one timer wheel, one
/// receive window. It owns its connections; its delegate says what they do.
///
/// Every method must be called on ``queue`` (checked), except `init`, `start` and `stop`. Nothing is shared between
/// lanes.
@safe public final class Lane: @unchecked Sendable {  // all mutable state is confined to `queue`
    public let queue: DispatchQueue
    unowned(unsafe) var delegate: (any LaneDelegate)?
    let epoll: Int32
    let timer: Int32
    let connections = Slab<Connection>()
    var free: [Int32] = []
    var wheel: TimerWheel
    var expired: [Int] = []
    /// The instant that the owner asked to be woken at.
    var ownerWake = UInt64.max
    /// The instant that the kernel's timer is set to.
    var armedWake = UInt64.max
    /// The kernel's timer has fired; deadlines are looked at once the events that came with it are handled.
    var isTimerDue = false
    let pipe = TLSPipe()
    /// What a read brings, and what it decrypts to.
    let window: UnsafeMutableRawBufferPointer
    let cleartext: UnsafeMutableRawBufferPointer
    /// What that uncompresses to; made for the first connection that compresses.
    var inflated = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// What this batch of events brought, not delivered yet.
    var gathered = GatheredReads()
    /// Connections that had their share of a turn and have more to be delivered, and those that are owed too much.
    var unfinished: [ConnectionID] = []
    var overdue: [ConnectionID] = []
    var isComingBack = false
    /// Connections that are established and not told yet.
    var established: [ConnectionID] = []
    private(set) var isInTurn = false
    let events: UnsafeMutableBufferPointer<epoll_event>
    var clientContexts: [TLSClientSettings: TLSContext] = [:]
    var serverContext: TLSContext?
    var listeners: [Int32] = []
    /// Whether the kernel is to tell when bytes arrive on connections that are accepted; to be set before listening.
    public var stampsAccepted = false
    /// Keeps the address of a lane that is down.
    var heldAddress: Int32?
    private var source: (any DispatchSourceRead)?
    /// Wall time in nanoseconds that the loop has spent at work.
    public internal(set) var busy: UInt64 = 0
    public internal(set) var traffic = Traffic()
    var arrivals = ArrivalClock()
    /// A socket that nobody uses: the kernel stamps while any socket asks for it, and is slow to begin.
    private let stampKeeper: Int32

    static let windowSize = 64 * 1024
    private static let batch = 256
    /// After this long other work of the queue gets its turn: 5 ms, in nanoseconds.
    private static let longestTurn: UInt64 = 5_000_000

    /// - Throws: `TransportFailure.local` when there is no descriptor left for the lane itself.
    public init(label: String) throws(TransportFailure) {
        queue = DispatchQueue(label: label)
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        timer = muster_timer_create()
        stampKeeper = muster_stamp_keeper()
        wheel = TimerWheel(now: MonotonicClock.now)
        unsafe window = .allocate(byteCount: Self.windowSize, alignment: 16)
        unsafe cleartext = .allocate(byteCount: Self.windowSize, alignment: 16)
        unsafe events = .allocate(capacity: Self.batch)
        guard epoll >= 0, timer >= 0 else { throw TransportFailure(errno: errno) }
        watch(timer, token: .timer, events: EPOLLIN.rawValue)
    }

    deinit {
        unsafe window.deallocate()
        unsafe cleartext.deallocate()
        unsafe inflated.deallocate()
        unsafe events.deallocate()
    }

    /// Begins to deliver events to the delegate, which the lane does not retain and which must outlive ``stop(_:)`` or
    /// ``rest()``. After the latter the lane may be handed to another one.
    public func start(delegate: any LaneDelegate) {
        guard source == nil else { return queue.async { [self] in unsafe self.delegate = delegate } }
        unsafe self.delegate = delegate
        let source = DispatchSource.makeReadSource(fileDescriptor: epoll, queue: queue)
        source.setEventHandler { [unowned self] in self.turn() }
        self.source = source
        source.activate()
    }

    /// Closes every connection without a word and releases the descriptors; then calls `done` on the queue.
    public func stop(_ done: @escaping @Sendable () -> Void) {
        queue.async { [self] in
            rest()
            for listener in listeners { Glibc.close(listener) }
            listeners.removeAll()
            if let heldAddress { Glibc.close(heldAddress) }
            heldAddress = nil
            source?.setCancelHandler { [self] in
                Glibc.close(epoll)
                Glibc.close(timer)
                Glibc.close(stampKeeper)
                done()
            }
            source?.cancel()
        }
    }

    /// Closes every connection without a word and lets go of the delegate: the next ``start(delegate:)`` names another.
    public func rest() {
        checkQueue()
        for index in connections.indices where connections[index].state != .free { release(index) }
        wake(at: .max)
        unsafe delegate = nil
    }

    func checkQueue() { dispatchPrecondition(condition: .onQueue(queue)) }

    /// Handles what is ready until nothing is: going back to Dispatch costs a dozen calls. Dispatch looks at the epoll
    /// descriptor again after every turn, so what is left then comes again.
    private func turn() {
        Courtesy.takeShortTurns()
        let began = MonotonicClock.now
        var now = began
        isInTurn = true
        while now - began < Self.longestTurn {
            tellEstablished()
            let count = unsafe epoll_wait(epoll, events.baseAddress, Int32(Self.batch), 0)
            if count <= 0 { break }
            arrivals.look()
            for slot in 0..<Int(count) { unsafe handle(events[slot].data.u64, events[slot].events) }
            deliverGathered()
            tell { $0.laneDidHandleEvents() }
            if isTimerDue { timerFired() }
            now = MonotonicClock.now
        }
        isInTurn = false
        if !established.isEmpty { comeBack() }
        armTimer()
        busy += now - began
    }

    private func handle(_ data: UInt64, _ events: UInt32) {
        switch Token(rawValue: data) {
        case .timer: isTimerDue = true
        case .listener(let descriptor): acceptPending(on: descriptor)
        case .connection(let index, let generation):
            guard connections[index].generation == generation, connections[index].state != .free else { return }
            handle(events, of: ConnectionID(index: index, generation: generation))
        }
    }

    /// Calls the delegate; nothing is delivered before `start` or after `stop`.
    func tell(_ body: (any LaneDelegate) -> Void) {
        if let delegate = unsafe delegate { body(delegate) }
    }
}

extension Lane {
    /// What an epoll event is about, packed into its 64 bits of user data.
    enum Token {
        case timer
        case listener(Int32)
        case connection(index: Int, generation: UInt32)

        private static let special: UInt64 = 1 << 63

        init(rawValue: UInt64) {
            if rawValue & Self.special == 0 {
                self = .connection(index: Int(rawValue & 0xFFFF_FFFF), generation: UInt32(rawValue >> 32))
            } else if rawValue == .max {
                self = .timer
            } else {
                self = .listener(Int32(rawValue & 0x7FFF_FFFF))
            }
        }

        var rawValue: UInt64 {
            switch self {
            case .timer: .max
            case .listener(let descriptor): Self.special | UInt64(descriptor)
            case .connection(let index, let generation): UInt64(generation) << 32 | UInt64(index)
            }
        }
    }

    func watch(_ descriptor: Int32, token: Token, events: UInt32) {
        var event = unsafe epoll_event(events: events, data: epoll_data_t(u64: token.rawValue))
        unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }

    /// What is ready already is told anew.
    func watchAgain(_ index: Int) {
        var event = unsafe epoll_event(events: Self.allEvents, data: epoll_data_t(u64: token(of: index).rawValue))
        unsafe epoll_ctl(epoll, EPOLL_CTL_MOD, connections[index].descriptor, &event)
    }

    func token(of index: Int) -> Token { .connection(index: index, generation: connections[index].generation) }
}
