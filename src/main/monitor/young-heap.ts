import { setFlagsFromString } from 'node:v8'

/**
 * Keeps the young part of V8's heap as large as it is now. On a machine with much memory it would grow to 128 MiB with the first
 * catalog of thousands of peers, and never shrink. To be called once the program is loaded, which takes 16 to 32 MiB: of a heap that
 * is smaller than that, each message would have a part collected.
 */
export function keepYoungHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
