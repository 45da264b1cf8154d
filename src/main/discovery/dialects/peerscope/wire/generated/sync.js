import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var RangeDigest;
(function (RangeDigest) {
    let _codec;
    RangeDigest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.prefix != null && obj.prefix !== '')) {
                    w.uint32(10);
                    w.string(obj.prefix);
                }
                if ((obj.count != null && obj.count !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.count);
                }
                if ((obj.fingerprint != null && obj.fingerprint.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.fingerprint);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    prefix: '',
                    count: 0,
                    fingerprint: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.prefix = reader.string();
                            break;
                        }
                        case 2: {
                            obj.count = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.fingerprint = reader.bytes();
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
                                field: `${prefix}.prefix`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.count`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.fingerprint`,
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
        return encodeMessage(obj, RangeDigest.codec());
    }
    RangeDigest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, RangeDigest.codec(), opts);
    }
    RangeDigest.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, RangeDigest.codec(), opts);
    }
    RangeDigest.stream = stream;
})(RangeDigest || (RangeDigest = {}));
export var VersionedId;
(function (VersionedId) {
    let _codec;
    VersionedId.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.publicKey != null && obj.publicKey.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.publicKey);
                }
                if ((obj.startedAt != null && obj.startedAt !== 0)) {
                    w.uint32(16);
                    w.uint64Number(obj.startedAt);
                }
                if ((obj.updatedAt != null && obj.updatedAt !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.updatedAt);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    publicKey: uint8ArrayAlloc(0),
                    startedAt: 0,
                    updatedAt: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.publicKey = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.startedAt = reader.uint64Number();
                            break;
                        }
                        case 3: {
                            obj.updatedAt = reader.uint64Number();
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
                                field: `${prefix}.publicKey`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.startedAt`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.updatedAt`,
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
        return encodeMessage(obj, VersionedId.codec());
    }
    VersionedId.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, VersionedId.codec(), opts);
    }
    VersionedId.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, VersionedId.codec(), opts);
    }
    VersionedId.stream = stream;
})(VersionedId || (VersionedId = {}));
export var RangeItems;
(function (RangeItems) {
    let _codec;
    RangeItems.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.prefix != null && obj.prefix !== '')) {
                    w.uint32(10);
                    w.string(obj.prefix);
                }
                if (obj.items != null && obj.items.length > 0) {
                    for (const value of obj.items) {
                        w.uint32(18);
                        VersionedId.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    prefix: '',
                    items: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.prefix = reader.string();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.items != null && obj.items.length === opts.limits.items) {
                                throw new MaxLengthError('Decode error - repeated field "items" had too many elements');
                            }
                            if (obj.items.length === 64) {
                                throw new MaxLengthError('Decode error - repeated field "items" had too many elements');
                            }
                            obj.items.push(VersionedId.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.items$
                            }));
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
                    items: 64
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.prefix`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 2: {
                            if (opts.limits?.items != null && obj.items === opts.limits.items) {
                                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements');
                            }
                            if (obj.items === 64) {
                                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements');
                            }
                            for (const evt of VersionedId.codec().stream(reader, reader.uint32(), `${prefix}.items[]`, {
                                limits: opts.limits?.items$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.items
                                };
                            }
                            obj.items++;
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
        return encodeMessage(obj, RangeItems.codec());
    }
    RangeItems.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, RangeItems.codec(), opts);
    }
    RangeItems.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, RangeItems.codec(), opts);
    }
    RangeItems.stream = stream;
})(RangeItems || (RangeItems = {}));
export var Compare;
(function (Compare) {
    let _codec;
    Compare.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.root != null) {
                    w.uint32(10);
                    RangeDigest.codec().encode(obj.root, w);
                }
                if (obj.orAll != null) {
                    w.uint32(16);
                    w.bool(obj.orAll);
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
                            obj.root = RangeDigest.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.root
                            });
                            break;
                        }
                        case 2: {
                            obj.orAll = reader.bool();
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
                            yield* RangeDigest.codec().stream(reader, reader.uint32(), `${prefix}.root`, {
                                limits: opts.limits?.root
                            });
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.orAll`,
                                value: reader.bool()
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
        return encodeMessage(obj, Compare.codec());
    }
    Compare.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Compare.codec(), opts);
    }
    Compare.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Compare.codec(), opts);
    }
    Compare.stream = stream;
})(Compare || (Compare = {}));
export var Expand;
(function (Expand) {
    let _codec;
    Expand.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.prefixes != null && obj.prefixes.length > 0) {
                    for (const value of obj.prefixes) {
                        w.uint32(10);
                        w.string(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    prefixes: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.prefixes != null && obj.prefixes.length === opts.limits.prefixes) {
                                throw new MaxLengthError('Decode error - repeated field "prefixes" had too many elements');
                            }
                            if (obj.prefixes.length === 128) {
                                throw new MaxLengthError('Decode error - repeated field "prefixes" had too many elements');
                            }
                            obj.prefixes.push(reader.string());
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
                    prefixes: 128
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.prefixes != null && obj.prefixes === opts.limits.prefixes) {
                                throw new MaxLengthError('Streaming decode error - repeated field "prefixes" had too many elements');
                            }
                            if (obj.prefixes === 128) {
                                throw new MaxLengthError('Streaming decode error - repeated field "prefixes" had too many elements');
                            }
                            yield {
                                field: `${prefix}.prefixes[]`,
                                index: obj.prefixes,
                                value: reader.string()
                            };
                            obj.prefixes++;
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
        return encodeMessage(obj, Expand.codec());
    }
    Expand.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Expand.codec(), opts);
    }
    Expand.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Expand.codec(), opts);
    }
    Expand.stream = stream;
})(Expand || (Expand = {}));
export var Ranges;
(function (Ranges) {
    let _codec;
    Ranges.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.digests != null && obj.digests.length > 0) {
                    for (const value of obj.digests) {
                        w.uint32(10);
                        RangeDigest.codec().encode(value, w);
                    }
                }
                if (obj.items != null && obj.items.length > 0) {
                    for (const value of obj.items) {
                        w.uint32(18);
                        RangeItems.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    digests: [],
                    items: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.digests != null && obj.digests.length === opts.limits.digests) {
                                throw new MaxLengthError('Decode error - repeated field "digests" had too many elements');
                            }
                            if (obj.digests.length === 2048) {
                                throw new MaxLengthError('Decode error - repeated field "digests" had too many elements');
                            }
                            obj.digests.push(RangeDigest.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.digests$
                            }));
                            break;
                        }
                        case 2: {
                            if (opts.limits?.items != null && obj.items.length === opts.limits.items) {
                                throw new MaxLengthError('Decode error - repeated field "items" had too many elements');
                            }
                            if (obj.items.length === 128) {
                                throw new MaxLengthError('Decode error - repeated field "items" had too many elements');
                            }
                            obj.items.push(RangeItems.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.items$
                            }));
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
                    digests: 2048,
                    items: 128
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.digests != null && obj.digests === opts.limits.digests) {
                                throw new MaxLengthError('Streaming decode error - repeated field "digests" had too many elements');
                            }
                            if (obj.digests === 2048) {
                                throw new MaxLengthError('Streaming decode error - repeated field "digests" had too many elements');
                            }
                            for (const evt of RangeDigest.codec().stream(reader, reader.uint32(), `${prefix}.digests[]`, {
                                limits: opts.limits?.digests$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.digests
                                };
                            }
                            obj.digests++;
                            break;
                        }
                        case 2: {
                            if (opts.limits?.items != null && obj.items === opts.limits.items) {
                                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements');
                            }
                            if (obj.items === 128) {
                                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements');
                            }
                            for (const evt of RangeItems.codec().stream(reader, reader.uint32(), `${prefix}.items[]`, {
                                limits: opts.limits?.items$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.items
                                };
                            }
                            obj.items++;
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
        return encodeMessage(obj, Ranges.codec());
    }
    Ranges.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Ranges.codec(), opts);
    }
    Ranges.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Ranges.codec(), opts);
    }
    Ranges.stream = stream;
})(Ranges || (Ranges = {}));
export var Want;
(function (Want) {
    let _codec;
    Want.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.publicKeys != null && obj.publicKeys.length > 0) {
                    for (const value of obj.publicKeys) {
                        w.uint32(10);
                        w.bytes(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    publicKeys: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.publicKeys != null && obj.publicKeys.length === opts.limits.publicKeys) {
                                throw new MaxLengthError('Decode error - repeated field "publicKeys" had too many elements');
                            }
                            if (obj.publicKeys.length === 512) {
                                throw new MaxLengthError('Decode error - repeated field "publicKeys" had too many elements');
                            }
                            obj.publicKeys.push(reader.bytes());
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
                    publicKeys: 512
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.publicKeys != null && obj.publicKeys === opts.limits.publicKeys) {
                                throw new MaxLengthError('Streaming decode error - repeated field "publicKeys" had too many elements');
                            }
                            if (obj.publicKeys === 512) {
                                throw new MaxLengthError('Streaming decode error - repeated field "publicKeys" had too many elements');
                            }
                            yield {
                                field: `${prefix}.publicKeys[]`,
                                index: obj.publicKeys,
                                value: reader.bytes()
                            };
                            obj.publicKeys++;
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
        return encodeMessage(obj, Want.codec());
    }
    Want.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Want.codec(), opts);
    }
    Want.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Want.codec(), opts);
    }
    Want.stream = stream;
})(Want || (Want = {}));
export var Page;
(function (Page) {
    let _codec;
    Page.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.entries != null && obj.entries.length > 0) {
                    for (const value of obj.entries) {
                        w.uint32(10);
                        w.bytes(value);
                    }
                }
                if (obj.signatures != null && obj.signatures.length > 0) {
                    for (const value of obj.signatures) {
                        w.uint32(18);
                        w.bytes(value);
                    }
                }
                if (obj.left != null) {
                    w.uint32(24);
                    w.uint32(obj.left);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    entries: [],
                    signatures: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.entries != null && obj.entries.length === opts.limits.entries) {
                                throw new MaxLengthError('Decode error - repeated field "entries" had too many elements');
                            }
                            if (obj.entries.length === 512) {
                                throw new MaxLengthError('Decode error - repeated field "entries" had too many elements');
                            }
                            obj.entries.push(reader.bytes());
                            break;
                        }
                        case 2: {
                            if (opts.limits?.signatures != null && obj.signatures.length === opts.limits.signatures) {
                                throw new MaxLengthError('Decode error - repeated field "signatures" had too many elements');
                            }
                            if (obj.signatures.length === 512) {
                                throw new MaxLengthError('Decode error - repeated field "signatures" had too many elements');
                            }
                            obj.signatures.push(reader.bytes());
                            break;
                        }
                        case 3: {
                            obj.left = reader.uint32();
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
                    entries: 512,
                    signatures: 512
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.entries != null && obj.entries === opts.limits.entries) {
                                throw new MaxLengthError('Streaming decode error - repeated field "entries" had too many elements');
                            }
                            if (obj.entries === 512) {
                                throw new MaxLengthError('Streaming decode error - repeated field "entries" had too many elements');
                            }
                            yield {
                                field: `${prefix}.entries[]`,
                                index: obj.entries,
                                value: reader.bytes()
                            };
                            obj.entries++;
                            break;
                        }
                        case 2: {
                            if (opts.limits?.signatures != null && obj.signatures === opts.limits.signatures) {
                                throw new MaxLengthError('Streaming decode error - repeated field "signatures" had too many elements');
                            }
                            if (obj.signatures === 512) {
                                throw new MaxLengthError('Streaming decode error - repeated field "signatures" had too many elements');
                            }
                            yield {
                                field: `${prefix}.signatures[]`,
                                index: obj.signatures,
                                value: reader.bytes()
                            };
                            obj.signatures++;
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.left`,
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
        return encodeMessage(obj, Page.codec());
    }
    Page.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Page.codec(), opts);
    }
    Page.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Page.codec(), opts);
    }
    Page.stream = stream;
})(Page || (Page = {}));
export var Onward;
(function (Onward) {
    let _codec;
    Onward.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.publicKey != null && obj.publicKey.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.publicKey);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    publicKey: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.publicKey = reader.bytes();
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
                                field: `${prefix}.publicKey`,
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
        return encodeMessage(obj, Onward.codec());
    }
    Onward.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Onward.codec(), opts);
    }
    Onward.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Onward.codec(), opts);
    }
    Onward.stream = stream;
})(Onward || (Onward = {}));
export var Offer;
(function (Offer) {
    let _codec;
    Offer.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.items != null && obj.items.length > 0) {
                    for (const value of obj.items) {
                        w.uint32(10);
                        VersionedId.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    items: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.items != null && obj.items.length === opts.limits.items) {
                                throw new MaxLengthError('Decode error - repeated field "items" had too many elements');
                            }
                            if (obj.items.length === 512) {
                                throw new MaxLengthError('Decode error - repeated field "items" had too many elements');
                            }
                            obj.items.push(VersionedId.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.items$
                            }));
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
                    items: 512
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.items != null && obj.items === opts.limits.items) {
                                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements');
                            }
                            if (obj.items === 512) {
                                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements');
                            }
                            for (const evt of VersionedId.codec().stream(reader, reader.uint32(), `${prefix}.items[]`, {
                                limits: opts.limits?.items$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.items
                                };
                            }
                            obj.items++;
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
        return encodeMessage(obj, Offer.codec());
    }
    Offer.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Offer.codec(), opts);
    }
    Offer.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Offer.codec(), opts);
    }
    Offer.stream = stream;
})(Offer || (Offer = {}));
export var SyncRequest;
(function (SyncRequest) {
    let _codec;
    SyncRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.onward != null) {
                    obj.page = undefined;
                    obj.offer = undefined;
                    obj.want = undefined;
                    obj.expand = undefined;
                    obj.compare = undefined;
                }
                if (obj.page != null) {
                    obj.onward = undefined;
                    obj.offer = undefined;
                    obj.want = undefined;
                    obj.expand = undefined;
                    obj.compare = undefined;
                }
                if (obj.offer != null) {
                    obj.onward = undefined;
                    obj.page = undefined;
                    obj.want = undefined;
                    obj.expand = undefined;
                    obj.compare = undefined;
                }
                if (obj.want != null) {
                    obj.onward = undefined;
                    obj.page = undefined;
                    obj.offer = undefined;
                    obj.expand = undefined;
                    obj.compare = undefined;
                }
                if (obj.expand != null) {
                    obj.onward = undefined;
                    obj.page = undefined;
                    obj.offer = undefined;
                    obj.want = undefined;
                    obj.compare = undefined;
                }
                if (obj.compare != null) {
                    obj.onward = undefined;
                    obj.page = undefined;
                    obj.offer = undefined;
                    obj.want = undefined;
                    obj.expand = undefined;
                }
                if (obj.compare != null) {
                    w.uint32(10);
                    Compare.codec().encode(obj.compare, w);
                }
                if (obj.expand != null) {
                    w.uint32(18);
                    Expand.codec().encode(obj.expand, w);
                }
                if (obj.want != null) {
                    w.uint32(26);
                    Want.codec().encode(obj.want, w);
                }
                if (obj.offer != null) {
                    w.uint32(34);
                    Offer.codec().encode(obj.offer, w);
                }
                if (obj.page != null) {
                    w.uint32(42);
                    Page.codec().encode(obj.page, w);
                }
                if (obj.onward != null) {
                    w.uint32(50);
                    Onward.codec().encode(obj.onward, w);
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
                            obj.compare = Compare.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.compare
                            });
                            break;
                        }
                        case 2: {
                            obj.expand = Expand.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.expand
                            });
                            break;
                        }
                        case 3: {
                            obj.want = Want.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.want
                            });
                            break;
                        }
                        case 4: {
                            obj.offer = Offer.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.offer
                            });
                            break;
                        }
                        case 5: {
                            obj.page = Page.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.page
                            });
                            break;
                        }
                        case 6: {
                            obj.onward = Onward.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.onward
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.onward != null) {
                    delete obj.page;
                    delete obj.offer;
                    delete obj.want;
                    delete obj.expand;
                    delete obj.compare;
                }
                if (obj.page != null) {
                    delete obj.onward;
                    delete obj.offer;
                    delete obj.want;
                    delete obj.expand;
                    delete obj.compare;
                }
                if (obj.offer != null) {
                    delete obj.onward;
                    delete obj.page;
                    delete obj.want;
                    delete obj.expand;
                    delete obj.compare;
                }
                if (obj.want != null) {
                    delete obj.onward;
                    delete obj.page;
                    delete obj.offer;
                    delete obj.expand;
                    delete obj.compare;
                }
                if (obj.expand != null) {
                    delete obj.onward;
                    delete obj.page;
                    delete obj.offer;
                    delete obj.want;
                    delete obj.compare;
                }
                if (obj.compare != null) {
                    delete obj.onward;
                    delete obj.page;
                    delete obj.offer;
                    delete obj.want;
                    delete obj.expand;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* Compare.codec().stream(reader, reader.uint32(), `${prefix}.compare`, {
                                limits: opts.limits?.compare
                            });
                            break;
                        }
                        case 2: {
                            yield* Expand.codec().stream(reader, reader.uint32(), `${prefix}.expand`, {
                                limits: opts.limits?.expand
                            });
                            break;
                        }
                        case 3: {
                            yield* Want.codec().stream(reader, reader.uint32(), `${prefix}.want`, {
                                limits: opts.limits?.want
                            });
                            break;
                        }
                        case 4: {
                            yield* Offer.codec().stream(reader, reader.uint32(), `${prefix}.offer`, {
                                limits: opts.limits?.offer
                            });
                            break;
                        }
                        case 5: {
                            yield* Page.codec().stream(reader, reader.uint32(), `${prefix}.page`, {
                                limits: opts.limits?.page
                            });
                            break;
                        }
                        case 6: {
                            yield* Onward.codec().stream(reader, reader.uint32(), `${prefix}.onward`, {
                                limits: opts.limits?.onward
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
        return encodeMessage(obj, SyncRequest.codec());
    }
    SyncRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, SyncRequest.codec(), opts);
    }
    SyncRequest.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, SyncRequest.codec(), opts);
    }
    SyncRequest.stream = stream;
})(SyncRequest || (SyncRequest = {}));
export var SyncAnswer;
(function (SyncAnswer) {
    let _codec;
    SyncAnswer.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.want != null) {
                    obj.page = undefined;
                    obj.ranges = undefined;
                }
                if (obj.page != null) {
                    obj.want = undefined;
                    obj.ranges = undefined;
                }
                if (obj.ranges != null) {
                    obj.want = undefined;
                    obj.page = undefined;
                }
                if (obj.ranges != null) {
                    w.uint32(10);
                    Ranges.codec().encode(obj.ranges, w);
                }
                if (obj.page != null) {
                    w.uint32(18);
                    Page.codec().encode(obj.page, w);
                }
                if (obj.want != null) {
                    w.uint32(26);
                    Want.codec().encode(obj.want, w);
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
                            obj.ranges = Ranges.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.ranges
                            });
                            break;
                        }
                        case 2: {
                            obj.page = Page.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.page
                            });
                            break;
                        }
                        case 3: {
                            obj.want = Want.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.want
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.want != null) {
                    delete obj.page;
                    delete obj.ranges;
                }
                if (obj.page != null) {
                    delete obj.want;
                    delete obj.ranges;
                }
                if (obj.ranges != null) {
                    delete obj.want;
                    delete obj.page;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* Ranges.codec().stream(reader, reader.uint32(), `${prefix}.ranges`, {
                                limits: opts.limits?.ranges
                            });
                            break;
                        }
                        case 2: {
                            yield* Page.codec().stream(reader, reader.uint32(), `${prefix}.page`, {
                                limits: opts.limits?.page
                            });
                            break;
                        }
                        case 3: {
                            yield* Want.codec().stream(reader, reader.uint32(), `${prefix}.want`, {
                                limits: opts.limits?.want
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
        return encodeMessage(obj, SyncAnswer.codec());
    }
    SyncAnswer.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, SyncAnswer.codec(), opts);
    }
    SyncAnswer.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, SyncAnswer.codec(), opts);
    }
    SyncAnswer.stream = stream;
})(SyncAnswer || (SyncAnswer = {}));
