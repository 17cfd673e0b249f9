import Testing

/// All tests that use sockets run one after the other: many look at the clock.
@Suite(.serialized) struct SocketTests {}
