import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface Entry {
    protocolVersion: string;
    networkId: Uint8Array<ArrayBuffer>;
    startedAt: number;
    updatedAt: number;
    publicKey: Uint8Array<ArrayBuffer>;
    addresses: string[];
    tags: string[];
    streams: Uint8Array<ArrayBuffer>[];
    groups: Uint8Array<ArrayBuffer>[];
    tickets: Ticket[];
    announcedEvery?: number;
}
export declare namespace Entry {
    const codec: () => Codec<Entry>;
    interface EntryProtocolVersionFieldEvent {
        field: '$.protocolVersion';
        value: string;
    }
    interface EntryNetworkIdFieldEvent {
        field: '$.networkId';
        value: Uint8Array<ArrayBuffer>;
    }
    interface EntryStartedAtFieldEvent {
        field: '$.startedAt';
        value: number;
    }
    interface EntryUpdatedAtFieldEvent {
        field: '$.updatedAt';
        value: number;
    }
    interface EntryPublicKeyFieldEvent {
        field: '$.publicKey';
        value: Uint8Array<ArrayBuffer>;
    }
    interface EntryAddressesFieldEvent {
        field: '$.addresses[]';
        index: number;
        value: string;
    }
    interface EntryTagsFieldEvent {
        field: '$.tags[]';
        index: number;
        value: string;
    }
    interface EntryStreamsFieldEvent {
        field: '$.streams[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface EntryGroupsFieldEvent {
        field: '$.groups[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface EntryTicketsClassFieldEvent {
        field: '$.tickets[].class';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface EntryTicketsDataFieldEvent {
        field: '$.tickets[].data';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface EntryAnnouncedEveryFieldEvent {
        field: '$.announcedEvery';
        value: number;
    }
    function encode(obj: Partial<Entry>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Entry>): Entry;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Entry>): Generator<EntryProtocolVersionFieldEvent | EntryNetworkIdFieldEvent | EntryStartedAtFieldEvent | EntryUpdatedAtFieldEvent | EntryPublicKeyFieldEvent | EntryAddressesFieldEvent | EntryTagsFieldEvent | EntryStreamsFieldEvent | EntryGroupsFieldEvent | EntryTicketsClassFieldEvent | EntryTicketsDataFieldEvent | EntryAnnouncedEveryFieldEvent>;
}
export interface Ticket {
    class: Uint8Array<ArrayBuffer>;
    data: Uint8Array<ArrayBuffer>;
}
export declare namespace Ticket {
    const codec: () => Codec<Ticket>;
    interface TicketClassFieldEvent {
        field: '$.class';
        value: Uint8Array<ArrayBuffer>;
    }
    interface TicketDataFieldEvent {
        field: '$.data';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Ticket>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ticket>): Ticket;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ticket>): Generator<TicketClassFieldEvent | TicketDataFieldEvent>;
}
export interface SignedEntry {
    entry: Uint8Array<ArrayBuffer>;
    signature: Uint8Array<ArrayBuffer>;
}
export declare namespace SignedEntry {
    const codec: () => Codec<SignedEntry>;
    interface SignedEntryEntryFieldEvent {
        field: '$.entry';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SignedEntrySignatureFieldEvent {
        field: '$.signature';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<SignedEntry>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SignedEntry>): SignedEntry;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SignedEntry>): Generator<SignedEntryEntryFieldEvent | SignedEntrySignatureFieldEvent>;
}
export interface Departure {
    networkId: Uint8Array<ArrayBuffer>;
    publicKey: Uint8Array<ArrayBuffer>;
    startedAt: number;
    updatedAt: number;
    timestamp: number;
}
export declare namespace Departure {
    const codec: () => Codec<Departure>;
    interface DepartureNetworkIdFieldEvent {
        field: '$.networkId';
        value: Uint8Array<ArrayBuffer>;
    }
    interface DeparturePublicKeyFieldEvent {
        field: '$.publicKey';
        value: Uint8Array<ArrayBuffer>;
    }
    interface DepartureStartedAtFieldEvent {
        field: '$.startedAt';
        value: number;
    }
    interface DepartureUpdatedAtFieldEvent {
        field: '$.updatedAt';
        value: number;
    }
    interface DepartureTimestampFieldEvent {
        field: '$.timestamp';
        value: number;
    }
    function encode(obj: Partial<Departure>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Departure>): Departure;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Departure>): Generator<DepartureNetworkIdFieldEvent | DeparturePublicKeyFieldEvent | DepartureStartedAtFieldEvent | DepartureUpdatedAtFieldEvent | DepartureTimestampFieldEvent>;
}
export interface SignedDeparture {
    departure: Uint8Array<ArrayBuffer>;
    signature: Uint8Array<ArrayBuffer>;
}
export declare namespace SignedDeparture {
    const codec: () => Codec<SignedDeparture>;
    interface SignedDepartureDepartureFieldEvent {
        field: '$.departure';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SignedDepartureSignatureFieldEvent {
        field: '$.signature';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<SignedDeparture>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SignedDeparture>): SignedDeparture;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SignedDeparture>): Generator<SignedDepartureDepartureFieldEvent | SignedDepartureSignatureFieldEvent>;
}
export interface GossipMessage {
    entry?: SignedEntry;
    departure?: SignedDeparture;
    repeat: number;
}
export declare namespace GossipMessage {
    const codec: () => Codec<GossipMessage>;
    interface GossipMessageEntryEntryFieldEvent {
        field: '$.entry.entry';
        value: Uint8Array<ArrayBuffer>;
    }
    interface GossipMessageEntrySignatureFieldEvent {
        field: '$.entry.signature';
        value: Uint8Array<ArrayBuffer>;
    }
    interface GossipMessageDepartureDepartureFieldEvent {
        field: '$.departure.departure';
        value: Uint8Array<ArrayBuffer>;
    }
    interface GossipMessageDepartureSignatureFieldEvent {
        field: '$.departure.signature';
        value: Uint8Array<ArrayBuffer>;
    }
    interface GossipMessageRepeatFieldEvent {
        field: '$.repeat';
        value: number;
    }
    function encode(obj: Partial<GossipMessage>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GossipMessage>): GossipMessage;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GossipMessage>): Generator<GossipMessageEntryEntryFieldEvent | GossipMessageEntrySignatureFieldEvent | GossipMessageDepartureDepartureFieldEvent | GossipMessageDepartureSignatureFieldEvent | GossipMessageRepeatFieldEvent>;
}
export interface PingRequest {
}
export declare namespace PingRequest {
    const codec: () => Codec<PingRequest>;
    function encode(obj: Partial<PingRequest>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PingRequest>): PingRequest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PingRequest>): Generator<{}>;
}
export interface PingAnswer {
    entry?: SignedEntry;
}
export declare namespace PingAnswer {
    const codec: () => Codec<PingAnswer>;
    interface PingAnswerEntryEntryFieldEvent {
        field: '$.entry.entry';
        value: Uint8Array<ArrayBuffer>;
    }
    interface PingAnswerEntrySignatureFieldEvent {
        field: '$.entry.signature';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<PingAnswer>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PingAnswer>): PingAnswer;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PingAnswer>): Generator<PingAnswerEntryEntryFieldEvent | PingAnswerEntrySignatureFieldEvent>;
}
export interface NeighborsRequest {
}
export declare namespace NeighborsRequest {
    const codec: () => Codec<NeighborsRequest>;
    function encode(obj: Partial<NeighborsRequest>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NeighborsRequest>): NeighborsRequest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NeighborsRequest>): Generator<{}>;
}
export interface NeighborsAnswer {
    neighbors: Uint8Array<ArrayBuffer>[];
    connected: Uint8Array<ArrayBuffer>[];
}
export declare namespace NeighborsAnswer {
    const codec: () => Codec<NeighborsAnswer>;
    interface NeighborsAnswerNeighborsFieldEvent {
        field: '$.neighbors[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface NeighborsAnswerConnectedFieldEvent {
        field: '$.connected[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<NeighborsAnswer>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NeighborsAnswer>): NeighborsAnswer;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NeighborsAnswer>): Generator<NeighborsAnswerNeighborsFieldEvent | NeighborsAnswerConnectedFieldEvent>;
}
