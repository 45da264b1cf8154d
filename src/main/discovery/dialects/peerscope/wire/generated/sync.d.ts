import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface RangeDigest {
    prefix: string;
    count: number;
    fingerprint: Uint8Array<ArrayBuffer>;
}
export declare namespace RangeDigest {
    const codec: () => Codec<RangeDigest>;
    interface RangeDigestPrefixFieldEvent {
        field: '$.prefix';
        value: string;
    }
    interface RangeDigestCountFieldEvent {
        field: '$.count';
        value: number;
    }
    interface RangeDigestFingerprintFieldEvent {
        field: '$.fingerprint';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<RangeDigest>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RangeDigest>): RangeDigest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RangeDigest>): Generator<RangeDigestPrefixFieldEvent | RangeDigestCountFieldEvent | RangeDigestFingerprintFieldEvent>;
}
export interface VersionedId {
    publicKey: Uint8Array<ArrayBuffer>;
    startedAt: number;
    updatedAt: number;
}
export declare namespace VersionedId {
    const codec: () => Codec<VersionedId>;
    interface VersionedIdPublicKeyFieldEvent {
        field: '$.publicKey';
        value: Uint8Array<ArrayBuffer>;
    }
    interface VersionedIdStartedAtFieldEvent {
        field: '$.startedAt';
        value: number;
    }
    interface VersionedIdUpdatedAtFieldEvent {
        field: '$.updatedAt';
        value: number;
    }
    function encode(obj: Partial<VersionedId>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VersionedId>): VersionedId;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VersionedId>): Generator<VersionedIdPublicKeyFieldEvent | VersionedIdStartedAtFieldEvent | VersionedIdUpdatedAtFieldEvent>;
}
export interface RangeItems {
    prefix: string;
    items: VersionedId[];
}
export declare namespace RangeItems {
    const codec: () => Codec<RangeItems>;
    interface RangeItemsPrefixFieldEvent {
        field: '$.prefix';
        value: string;
    }
    interface RangeItemsItemsPublicKeyFieldEvent {
        field: '$.items[].publicKey';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface RangeItemsItemsStartedAtFieldEvent {
        field: '$.items[].startedAt';
        value: number;
        index: number;
    }
    interface RangeItemsItemsUpdatedAtFieldEvent {
        field: '$.items[].updatedAt';
        value: number;
        index: number;
    }
    function encode(obj: Partial<RangeItems>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RangeItems>): RangeItems;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RangeItems>): Generator<RangeItemsPrefixFieldEvent | RangeItemsItemsPublicKeyFieldEvent | RangeItemsItemsStartedAtFieldEvent | RangeItemsItemsUpdatedAtFieldEvent>;
}
export interface Compare {
    root?: RangeDigest;
    orAll?: boolean;
}
export declare namespace Compare {
    const codec: () => Codec<Compare>;
    interface CompareRootPrefixFieldEvent {
        field: '$.root.prefix';
        value: string;
    }
    interface CompareRootCountFieldEvent {
        field: '$.root.count';
        value: number;
    }
    interface CompareRootFingerprintFieldEvent {
        field: '$.root.fingerprint';
        value: Uint8Array<ArrayBuffer>;
    }
    interface CompareOrAllFieldEvent {
        field: '$.orAll';
        value: boolean;
    }
    function encode(obj: Partial<Compare>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Compare>): Compare;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Compare>): Generator<CompareRootPrefixFieldEvent | CompareRootCountFieldEvent | CompareRootFingerprintFieldEvent | CompareOrAllFieldEvent>;
}
export interface Expand {
    prefixes: string[];
}
export declare namespace Expand {
    const codec: () => Codec<Expand>;
    interface ExpandPrefixesFieldEvent {
        field: '$.prefixes[]';
        index: number;
        value: string;
    }
    function encode(obj: Partial<Expand>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Expand>): Expand;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Expand>): Generator<ExpandPrefixesFieldEvent>;
}
export interface Ranges {
    digests: RangeDigest[];
    items: RangeItems[];
}
export declare namespace Ranges {
    const codec: () => Codec<Ranges>;
    interface RangesDigestsPrefixFieldEvent {
        field: '$.digests[].prefix';
        value: string;
        index: number;
    }
    interface RangesDigestsCountFieldEvent {
        field: '$.digests[].count';
        value: number;
        index: number;
    }
    interface RangesDigestsFingerprintFieldEvent {
        field: '$.digests[].fingerprint';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface RangesItemsPrefixFieldEvent {
        field: '$.items[].prefix';
        value: string;
        index: number;
    }
    interface RangesItemsItemsPublicKeyFieldEvent {
        field: '$.items[].items[].publicKey';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface RangesItemsItemsStartedAtFieldEvent {
        field: '$.items[].items[].startedAt';
        value: number;
        index: number;
    }
    interface RangesItemsItemsUpdatedAtFieldEvent {
        field: '$.items[].items[].updatedAt';
        value: number;
        index: number;
    }
    function encode(obj: Partial<Ranges>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ranges>): Ranges;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ranges>): Generator<RangesDigestsPrefixFieldEvent | RangesDigestsCountFieldEvent | RangesDigestsFingerprintFieldEvent | RangesItemsPrefixFieldEvent | RangesItemsItemsPublicKeyFieldEvent | RangesItemsItemsStartedAtFieldEvent | RangesItemsItemsUpdatedAtFieldEvent>;
}
export interface Want {
    publicKeys: Uint8Array<ArrayBuffer>[];
}
export declare namespace Want {
    const codec: () => Codec<Want>;
    interface WantPublicKeysFieldEvent {
        field: '$.publicKeys[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Want>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Want>): Want;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Want>): Generator<WantPublicKeysFieldEvent>;
}
export interface Page {
    entries: Uint8Array<ArrayBuffer>[];
    signatures: Uint8Array<ArrayBuffer>[];
    left?: number;
}
export declare namespace Page {
    const codec: () => Codec<Page>;
    interface PageEntriesFieldEvent {
        field: '$.entries[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface PageSignaturesFieldEvent {
        field: '$.signatures[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface PageLeftFieldEvent {
        field: '$.left';
        value: number;
    }
    function encode(obj: Partial<Page>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Page>): Page;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Page>): Generator<PageEntriesFieldEvent | PageSignaturesFieldEvent | PageLeftFieldEvent>;
}
export interface Onward {
    publicKey: Uint8Array<ArrayBuffer>;
}
export declare namespace Onward {
    const codec: () => Codec<Onward>;
    interface OnwardPublicKeyFieldEvent {
        field: '$.publicKey';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Onward>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Onward>): Onward;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Onward>): Generator<OnwardPublicKeyFieldEvent>;
}
export interface Offer {
    items: VersionedId[];
}
export declare namespace Offer {
    const codec: () => Codec<Offer>;
    interface OfferItemsPublicKeyFieldEvent {
        field: '$.items[].publicKey';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface OfferItemsStartedAtFieldEvent {
        field: '$.items[].startedAt';
        value: number;
        index: number;
    }
    interface OfferItemsUpdatedAtFieldEvent {
        field: '$.items[].updatedAt';
        value: number;
        index: number;
    }
    function encode(obj: Partial<Offer>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Offer;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Generator<OfferItemsPublicKeyFieldEvent | OfferItemsStartedAtFieldEvent | OfferItemsUpdatedAtFieldEvent>;
}
export interface SyncRequest {
    compare?: Compare;
    expand?: Expand;
    want?: Want;
    offer?: Offer;
    page?: Page;
    onward?: Onward;
}
export declare namespace SyncRequest {
    const codec: () => Codec<SyncRequest>;
    interface SyncRequestCompareRootPrefixFieldEvent {
        field: '$.compare.root.prefix';
        value: string;
    }
    interface SyncRequestCompareRootCountFieldEvent {
        field: '$.compare.root.count';
        value: number;
    }
    interface SyncRequestCompareRootFingerprintFieldEvent {
        field: '$.compare.root.fingerprint';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SyncRequestCompareOrAllFieldEvent {
        field: '$.compare.orAll';
        value: boolean;
    }
    interface SyncRequestExpandPrefixesFieldEvent {
        field: '$.expand.prefixes[]';
        index: number;
        value: string;
    }
    interface SyncRequestWantPublicKeysFieldEvent {
        field: '$.want.publicKeys[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface SyncRequestOfferItemsPublicKeyFieldEvent {
        field: '$.offer.items[].publicKey';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SyncRequestOfferItemsStartedAtFieldEvent {
        field: '$.offer.items[].startedAt';
        value: number;
        index: number;
    }
    interface SyncRequestOfferItemsUpdatedAtFieldEvent {
        field: '$.offer.items[].updatedAt';
        value: number;
        index: number;
    }
    interface SyncRequestPageEntriesFieldEvent {
        field: '$.page.entries[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface SyncRequestPageSignaturesFieldEvent {
        field: '$.page.signatures[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface SyncRequestPageLeftFieldEvent {
        field: '$.page.left';
        value: number;
    }
    interface SyncRequestOnwardPublicKeyFieldEvent {
        field: '$.onward.publicKey';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<SyncRequest>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncRequest>): SyncRequest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncRequest>): Generator<SyncRequestCompareRootPrefixFieldEvent | SyncRequestCompareRootCountFieldEvent | SyncRequestCompareRootFingerprintFieldEvent | SyncRequestCompareOrAllFieldEvent | SyncRequestExpandPrefixesFieldEvent | SyncRequestWantPublicKeysFieldEvent | SyncRequestOfferItemsPublicKeyFieldEvent | SyncRequestOfferItemsStartedAtFieldEvent | SyncRequestOfferItemsUpdatedAtFieldEvent | SyncRequestPageEntriesFieldEvent | SyncRequestPageSignaturesFieldEvent | SyncRequestPageLeftFieldEvent | SyncRequestOnwardPublicKeyFieldEvent>;
}
export interface SyncAnswer {
    ranges?: Ranges;
    page?: Page;
    want?: Want;
}
export declare namespace SyncAnswer {
    const codec: () => Codec<SyncAnswer>;
    interface SyncAnswerRangesDigestsPrefixFieldEvent {
        field: '$.ranges.digests[].prefix';
        value: string;
        index: number;
    }
    interface SyncAnswerRangesDigestsCountFieldEvent {
        field: '$.ranges.digests[].count';
        value: number;
        index: number;
    }
    interface SyncAnswerRangesDigestsFingerprintFieldEvent {
        field: '$.ranges.digests[].fingerprint';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SyncAnswerRangesItemsPrefixFieldEvent {
        field: '$.ranges.items[].prefix';
        value: string;
        index: number;
    }
    interface SyncAnswerRangesItemsItemsPublicKeyFieldEvent {
        field: '$.ranges.items[].items[].publicKey';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SyncAnswerRangesItemsItemsStartedAtFieldEvent {
        field: '$.ranges.items[].items[].startedAt';
        value: number;
        index: number;
    }
    interface SyncAnswerRangesItemsItemsUpdatedAtFieldEvent {
        field: '$.ranges.items[].items[].updatedAt';
        value: number;
        index: number;
    }
    interface SyncAnswerPageEntriesFieldEvent {
        field: '$.page.entries[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface SyncAnswerPageSignaturesFieldEvent {
        field: '$.page.signatures[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface SyncAnswerPageLeftFieldEvent {
        field: '$.page.left';
        value: number;
    }
    interface SyncAnswerWantPublicKeysFieldEvent {
        field: '$.want.publicKeys[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<SyncAnswer>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncAnswer>): SyncAnswer;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncAnswer>): Generator<SyncAnswerRangesDigestsPrefixFieldEvent | SyncAnswerRangesDigestsCountFieldEvent | SyncAnswerRangesDigestsFingerprintFieldEvent | SyncAnswerRangesItemsPrefixFieldEvent | SyncAnswerRangesItemsItemsPublicKeyFieldEvent | SyncAnswerRangesItemsItemsStartedAtFieldEvent | SyncAnswerRangesItemsItemsUpdatedAtFieldEvent | SyncAnswerPageEntriesFieldEvent | SyncAnswerPageSignaturesFieldEvent | SyncAnswerPageLeftFieldEvent | SyncAnswerWantPublicKeysFieldEvent>;
}
