"""Logins as they went over the wire: a capture file (pcap, of tcpdump) turned into the times of their phases.

A login alternates: what the client asks in one or more packets, the server answers in one or more. So a phase is a turn, from
the packet that carries the last byte of the request to the one that carries the last byte of the answer, and nothing needs to
be understood of what the packets say, with TLS or without. TLS 1.3's Finished is sent in one burst with the stream header that
follows it, of which only the last packet counts.
"""
import collections
import struct

Packet = collections.namedtuple("Packet", "at source destination flags sequence length")
SYN = 2


def packets(path):
    """The TCP packets of a capture of one interface, IPv4, in their order; times in seconds."""
    with open(path, "rb") as file:
        data = file.read()
    order, fraction = {
        b"\x4d\x3c\xb2\xa1": ("<", 1e-9), b"\xa1\xb2\x3c\x4d": (">", 1e-9),
        b"\xd4\xc3\xb2\xa1": ("<", 1e-6), b"\xa1\xb2\xc3\xd4": (">", 1e-6)}[data[:4]]
    record, place = struct.Struct(order + "IIII"), 24
    while place + record.size <= len(data):
        seconds, parts, kept, _ = record.unpack_from(data, place)
        place += record.size
        frame = data[place:place + kept]
        place += kept
        if len(frame) == kept and frame[12:14] == b"\x08\x00" and frame[23] == 6:
            yield tcp(seconds + parts * fraction, frame[14:])


def tcp(at, datagram):
    head = (datagram[0] & 15) * 4
    source, destination, sequence, _, offset, flags = struct.unpack_from(">HHIIBB", datagram, head)
    length = struct.unpack_from(">H", datagram, 2)[0] - head - (offset >> 4) * 4
    return Packet(at, (datagram[12:16], source), (datagram[16:20], destination), flags, sequence, length)


class Login:
    """One connection: when it was asked for and established, and the bursts that went either way."""

    def __init__(self, at):
        self.asked, self.established = at, None
        self.bursts = []  # [is of the client, when its last byte went]
        self.expected = {True: None, False: None}

    def add(self, packet, is_client):
        """A packet with data; one that was sent again says nothing new."""
        expected = self.expected[is_client]
        if expected is not None and (packet.sequence - expected) % 2**32 >= 2**31:
            return
        self.expected[is_client] = (packet.sequence + packet.length) % 2**32
        if not self.bursts or self.bursts[-1][0] != is_client:
            self.bursts.append([is_client, packet.at])
        self.bursts[-1][1] = packet.at

    def turns(self):
        """When the request's and the answer's last byte went, of each request that was answered."""
        return [(asked[1], answered[1]) for asked, answered in zip(self.bursts, self.bursts[1:]) if asked[0]]

    def phases(self, names, rounds):
        """Seconds of each of these phases and the instant at which it ended; None if the login is not complete."""
        if self.established is None:
            return None
        found = {"connect": (self.established - self.asked, self.established)}
        turns, place = self.turns(), 0
        for name in names:
            if name == "connect":
                continue
            last = place + (rounds if name == "sasl" else 1) - 1
            if last >= len(turns):
                return None
            began, ended = turns[place][0], turns[last][1]
            found[name] = (ended - began, ended)
            place = last + 1
        end = found[names[-1]][1]
        found["login"] = (end - self.asked, end)
        return found


def logins(path, port):
    """Every connection to this port, in the order of their SYNs."""
    current, found = {}, []
    for packet in packets(path):
        is_client = packet.destination[1] == port
        client = packet.source if is_client else packet.destination
        if packet.flags & SYN:
            if is_client and not (client in current and not current[client].bursts):
                current[client] = Login(packet.at)
                found.append(current[client])
            elif not is_client and client in current and current[client].established is None:
                current[client].established = packet.at
        elif packet.length and client in current:
            current[client].add(packet, is_client)
    return found
