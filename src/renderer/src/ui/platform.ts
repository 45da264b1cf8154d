/** Whether this is a Mac, where Cmd does what Ctrl does elsewhere. */
export const MAC = globalThis.navigator.userAgent.includes('Mac')
