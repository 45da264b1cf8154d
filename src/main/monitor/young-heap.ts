import { setFlagsFromString } from 'node:v8'

/**
 * Keeps the young part of V8's heap as large as it is once the program is loaded: two halves of 8 MiB. On a machine with much memory it
 * would grow to 128 MiB with the first catalog of thousands of peers, and never shrink. What the process hosts must be loaded before.
 */
export function keepYoungHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
