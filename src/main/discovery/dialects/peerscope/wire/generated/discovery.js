/* eslint-disable require-yield */
import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var Entry;
(function (Entry) {
    let _codec;
    Entry.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.protocolVersion != null && obj.protocolVersion !== '')) {
                    w.uint32(10);
                    w.string(obj.protocolVersion);
                }
                if ((obj.networkId != null && obj.networkId.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.networkId);
                }
                if ((obj.startedAt != null && obj.startedAt !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.startedAt);
                }
                if ((obj.updatedAt != null && obj.updatedAt !== 0)) {
                    w.uint32(32);
                    w.uint64Number(obj.updatedAt);
                }
                if ((obj.publicKey != null && obj.publicKey.byteLength > 0)) {
                    w.uint32(42);
                    w.bytes(obj.publicKey);
                }
                if (obj.addresses != null && obj.addresses.length > 0) {
                    for (const value of obj.addresses) {
                        w.uint32(50);
                        w.string(value);
                    }
                }
                if (obj.tags != null && obj.tags.length > 0) {
                    for (const value of obj.tags) {
                        w.uint32(58);
                        w.string(value);
                    }
                }
                if (obj.streams != null && obj.streams.length > 0) {
                    for (const value of obj.streams) {
                        w.uint32(66);
                        w.bytes(value);
                    }
                }
                if (obj.groups != null && obj.groups.length > 0) {
                    for (const value of obj.groups) {
                        w.uint32(74);
                        w.bytes(value);
                    }
                }
                if (obj.tickets != null && obj.tickets.length > 0) {
                    for (const value of obj.tickets) {
                        w.uint32(82);
                        Ticket.codec().encode(value, w);
                    }
                }
                if (obj.announcedEvery != null) {
                    w.uint32(88);
                    w.uint64Number(obj.announcedEvery);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    protocolVersion: '',
                    networkId: uint8ArrayAlloc(0),
                    startedAt: 0,
                    updatedAt: 0,
                    publicKey: uint8ArrayAlloc(0),
                    addresses: [],
                    tags: [],
                    streams: [],
                    groups: [],
                    tickets: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.protocolVersion = reader.string();
                            break;
                        }
                        case 2: {
                            obj.networkId = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.startedAt = reader.uint64Number();
                            break;
                        }
                        case 4: {
                            obj.updatedAt = reader.uint64Number();
                            break;
                        }
                        case 5: {
                            obj.publicKey = reader.bytes();
                            break;
                        }
                        case 6: {
                            if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements');
                            }
                            if (obj.addresses.length === 32) {
                                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements');
                            }
                            obj.addresses.push(reader.string());
                            break;
                        }
                        case 7: {
                            if (opts.limits?.tags != null && obj.tags.length === opts.limits.tags) {
                                throw new MaxLengthError('Decode error - repeated field "tags" had too many elements');
                            }
                            if (obj.tags.length === 64) {
                                throw new MaxLengthError('Decode error - repeated field "tags" had too many elements');
                            }
                            obj.tags.push(reader.string());
                            break;
                        }
                        case 8: {
                            if (opts.limits?.streams != null && obj.streams.length === opts.limits.streams) {
                                throw new MaxLengthError('Decode error - repeated field "streams" had too many elements');
                            }
                            if (obj.streams.length === 256) {
                                throw new MaxLengthError('Decode error - repeated field "streams" had too many elements');
                            }
                            obj.streams.push(reader.bytes());
                            break;
                        }
                        case 9: {
                            if (opts.limits?.groups != null && obj.groups.length === opts.limits.groups) {
                                throw new MaxLengthError('Decode error - repeated field "groups" had too many elements');
                            }
                            if (obj.groups.length === 256) {
                                throw new MaxLengthError('Decode error - repeated field "groups" had too many elements');
                            }
                            obj.groups.push(reader.bytes());
                            break;
                        }
                        case 10: {
                            if (opts.limits?.tickets != null && obj.tickets.length === opts.limits.tickets) {
                                throw new MaxLengthError('Decode error - repeated field "tickets" had too many elements');
                            }
                            if (obj.tickets.length === 16) {
                                throw new MaxLengthError('Decode error - repeated field "tickets" had too many elements');
                            }
                            obj.tickets.push(Ticket.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.tickets$
                            }));
                            break;
                        }
                        case 11: {
                            obj.announcedEvery = reader.uint64Number();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    addresses: 32,
                    tags: 64,
                    streams: 256,
                    groups: 256,
                    tickets: 16
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.protocolVersion`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.networkId`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.startedAt`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.updatedAt`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.publicKey`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 6: {
                            if (opts.limits?.addresses != null && obj.addresses === opts.limits.addresses) {
                                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements');
                            }
                            if (obj.addresses === 32) {
                                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements');
                            }
                            yield {
                                field: `${prefix}.addresses[]`,
                                index: obj.addresses,
                                value: reader.string()
                            };
                            obj.addresses++;
                            break;
                        }
                        case 7: {
                            if (opts.limits?.tags != null && obj.tags === opts.limits.tags) {
                                throw new MaxLengthError('Streaming decode error - repeated field "tags" had too many elements');
                            }
                            if (obj.tags === 64) {
                                throw new MaxLengthError('Streaming decode error - repeated field "tags" had too many elements');
                            }
                            yield {
                                field: `${prefix}.tags[]`,
                                index: obj.tags,
                                value: reader.string()
                            };
                            obj.tags++;
                            break;
                        }
                        case 8: {
                            if (opts.limits?.streams != null && obj.streams === opts.limits.streams) {
                                throw new MaxLengthError('Streaming decode error - repeated field "streams" had too many elements');
                            }
                            if (obj.streams === 256) {
                                throw new MaxLengthError('Streaming decode error - repeated field "streams" had too many elements');
                            }
                            yield {
                                field: `${prefix}.streams[]`,
                                index: obj.streams,
                                value: reader.bytes()
                            };
                            obj.streams++;
                            break;
                        }
                        case 9: {
                            if (opts.limits?.groups != null && obj.groups === opts.limits.groups) {
                                throw new MaxLengthError('Streaming decode error - repeated field "groups" had too many elements');
                            }
                            if (obj.groups === 256) {
                                throw new MaxLengthError('Streaming decode error - repeated field "groups" had too many elements');
                            }
                            yield {
                                field: `${prefix}.groups[]`,
                                index: obj.groups,
                                value: reader.bytes()
                            };
                            obj.groups++;
                            break;
                        }
                        case 10: {
                            if (opts.limits?.tickets != null && obj.tickets === opts.limits.tickets) {
                                throw new MaxLengthError('Streaming decode error - repeated field "tickets" had too many elements');
                            }
                            if (obj.tickets === 16) {
                                throw new MaxLengthError('Streaming decode error - repeated field "tickets" had too many elements');
                            }
                            for (const evt of Ticket.codec().stream(reader, reader.uint32(), `${prefix}.tickets[]`, {
                                limits: opts.limits?.tickets$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.tickets
                                };
                            }
                            obj.tickets++;
                            break;
                        }
                        case 11: {
                            yield {
                                field: `${prefix}.announcedEvery`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Entry.codec());
    }
    Entry.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Entry.codec(), opts);
    }
    Entry.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Entry.codec(), opts);
    }
    Entry.stream = stream;
})(Entry || (Entry = {}));
export var Ticket;
(function (Ticket) {
    let _codec;
    Ticket.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.class != null && obj.class.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.class);
                }
                if ((obj.data != null && obj.data.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.data);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    class: uint8ArrayAlloc(0),
                    data: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.class = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.data = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.class`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.data`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Ticket.codec());
    }
    Ticket.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Ticket.codec(), opts);
    }
    Ticket.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Ticket.codec(), opts);
    }
    Ticket.stream = stream;
})(Ticket || (Ticket = {}));
export var SignedEntry;
(function (SignedEntry) {
    let _codec;
    SignedEntry.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.entry != null && obj.entry.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.entry);
                }
                if ((obj.signature != null && obj.signature.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.signature);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    entry: uint8ArrayAlloc(0),
                    signature: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.entry = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.signature = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.entry`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.signature`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, SignedEntry.codec());
    }
    SignedEntry.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, SignedEntry.codec(), opts);
    }
    SignedEntry.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, SignedEntry.codec(), opts);
    }
    SignedEntry.stream = stream;
})(SignedEntry || (SignedEntry = {}));
export var Departure;
(function (Departure) {
    let _codec;
    Departure.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.networkId != null && obj.networkId.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.networkId);
                }
                if ((obj.publicKey != null && obj.publicKey.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.publicKey);
                }
                if ((obj.startedAt != null && obj.startedAt !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.startedAt);
                }
                if ((obj.updatedAt != null && obj.updatedAt !== 0)) {
                    w.uint32(32);
                    w.uint64Number(obj.updatedAt);
                }
                if ((obj.timestamp != null && obj.timestamp !== 0)) {
                    w.uint32(40);
                    w.uint64Number(obj.timestamp);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    networkId: uint8ArrayAlloc(0),
                    publicKey: uint8ArrayAlloc(0),
                    startedAt: 0,
                    updatedAt: 0,
                    timestamp: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.networkId = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.publicKey = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.startedAt = reader.uint64Number();
                            break;
                        }
                        case 4: {
                            obj.updatedAt = reader.uint64Number();
                            break;
                        }
                        case 5: {
                            obj.timestamp = reader.uint64Number();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.networkId`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.publicKey`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.startedAt`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.updatedAt`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.timestamp`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Departure.codec());
    }
    Departure.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Departure.codec(), opts);
    }
    Departure.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Departure.codec(), opts);
    }
    Departure.stream = stream;
})(Departure || (Departure = {}));
export var SignedDeparture;
(function (SignedDeparture) {
    let _codec;
    SignedDeparture.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.departure != null && obj.departure.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.departure);
                }
                if ((obj.signature != null && obj.signature.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.signature);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    departure: uint8ArrayAlloc(0),
                    signature: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.departure = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.signature = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.departure`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.signature`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, SignedDeparture.codec());
    }
    SignedDeparture.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, SignedDeparture.codec(), opts);
    }
    SignedDeparture.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, SignedDeparture.codec(), opts);
    }
    SignedDeparture.stream = stream;
})(SignedDeparture || (SignedDeparture = {}));
export var GossipMessage;
(function (GossipMessage) {
    let _codec;
    GossipMessage.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.departure != null) {
                    obj.entry = undefined;
                }
                if (obj.entry != null) {
                    obj.departure = undefined;
                }
                if (obj.entry != null) {
                    w.uint32(10);
                    SignedEntry.codec().encode(obj.entry, w);
                }
                if (obj.departure != null) {
                    w.uint32(18);
                    SignedDeparture.codec().encode(obj.departure, w);
                }
                if ((obj.repeat != null && obj.repeat !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.repeat);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    repeat: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.entry = SignedEntry.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.entry
                            });
                            break;
                        }
                        case 2: {
                            obj.departure = SignedDeparture.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.departure
                            });
                            break;
                        }
                        case 3: {
                            obj.repeat = reader.uint32();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.departure != null) {
                    delete obj.entry;
                }
                if (obj.entry != null) {
                    delete obj.departure;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* SignedEntry.codec().stream(reader, reader.uint32(), `${prefix}.entry`, {
                                limits: opts.limits?.entry
                            });
                            break;
                        }
                        case 2: {
                            yield* SignedDeparture.codec().stream(reader, reader.uint32(), `${prefix}.departure`, {
                                limits: opts.limits?.departure
                            });
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.repeat`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, GossipMessage.codec());
    }
    GossipMessage.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, GossipMessage.codec(), opts);
    }
    GossipMessage.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, GossipMessage.codec(), opts);
    }
    GossipMessage.stream = stream;
})(GossipMessage || (GossipMessage = {}));
export var PingRequest;
(function (PingRequest) {
    let _codec;
    PingRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {};
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, PingRequest.codec());
    }
    PingRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, PingRequest.codec(), opts);
    }
    PingRequest.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, PingRequest.codec(), opts);
    }
    PingRequest.stream = stream;
})(PingRequest || (PingRequest = {}));
export var PingAnswer;
(function (PingAnswer) {
    let _codec;
    PingAnswer.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.entry != null) {
                    w.uint32(10);
                    SignedEntry.codec().encode(obj.entry, w);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {};
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.entry = SignedEntry.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.entry
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* SignedEntry.codec().stream(reader, reader.uint32(), `${prefix}.entry`, {
                                limits: opts.limits?.entry
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, PingAnswer.codec());
    }
    PingAnswer.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, PingAnswer.codec(), opts);
    }
    PingAnswer.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, PingAnswer.codec(), opts);
    }
    PingAnswer.stream = stream;
})(PingAnswer || (PingAnswer = {}));
export var NeighborsRequest;
(function (NeighborsRequest) {
    let _codec;
    NeighborsRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {};
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, NeighborsRequest.codec());
    }
    NeighborsRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, NeighborsRequest.codec(), opts);
    }
    NeighborsRequest.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, NeighborsRequest.codec(), opts);
    }
    NeighborsRequest.stream = stream;
})(NeighborsRequest || (NeighborsRequest = {}));
export var NeighborsAnswer;
(function (NeighborsAnswer) {
    let _codec;
    NeighborsAnswer.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.neighbors != null && obj.neighbors.length > 0) {
                    for (const value of obj.neighbors) {
                        w.uint32(10);
                        w.bytes(value);
                    }
                }
                if (obj.connected != null && obj.connected.length > 0) {
                    for (const value of obj.connected) {
                        w.uint32(18);
                        w.bytes(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    neighbors: [],
                    connected: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.neighbors != null && obj.neighbors.length === opts.limits.neighbors) {
                                throw new MaxLengthError('Decode error - repeated field "neighbors" had too many elements');
                            }
                            if (obj.neighbors.length === 64) {
                                throw new MaxLengthError('Decode error - repeated field "neighbors" had too many elements');
                            }
                            obj.neighbors.push(reader.bytes());
                            break;
                        }
                        case 2: {
                            if (opts.limits?.connected != null && obj.connected.length === opts.limits.connected) {
                                throw new MaxLengthError('Decode error - repeated field "connected" had too many elements');
                            }
                            if (obj.connected.length === 64) {
                                throw new MaxLengthError('Decode error - repeated field "connected" had too many elements');
                            }
                            obj.connected.push(reader.bytes());
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    neighbors: 64,
                    connected: 64
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.neighbors != null && obj.neighbors === opts.limits.neighbors) {
                                throw new MaxLengthError('Streaming decode error - repeated field "neighbors" had too many elements');
                            }
                            if (obj.neighbors === 64) {
                                throw new MaxLengthError('Streaming decode error - repeated field "neighbors" had too many elements');
                            }
                            yield {
                                field: `${prefix}.neighbors[]`,
                                index: obj.neighbors,
                                value: reader.bytes()
                            };
                            obj.neighbors++;
                            break;
                        }
                        case 2: {
                            if (opts.limits?.connected != null && obj.connected === opts.limits.connected) {
                                throw new MaxLengthError('Streaming decode error - repeated field "connected" had too many elements');
                            }
                            if (obj.connected === 64) {
                                throw new MaxLengthError('Streaming decode error - repeated field "connected" had too many elements');
                            }
                            yield {
                                field: `${prefix}.connected[]`,
                                index: obj.connected,
                                value: reader.bytes()
                            };
                            obj.connected++;
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, NeighborsAnswer.codec());
    }
    NeighborsAnswer.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, NeighborsAnswer.codec(), opts);
    }
    NeighborsAnswer.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, NeighborsAnswer.codec(), opts);
    }
    NeighborsAnswer.stream = stream;
})(NeighborsAnswer || (NeighborsAnswer = {}));
