/** What oRPC's link uses of a WebSocket. */
export type LinkSocket = Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'send' | 'readyState'>

/**
 * An open socket for oRPC's link. A socket that closes is not open before it says so: calls that are aborted in between, as a
 * page that is loaded again does, would have the link throw where nobody can catch it. What is sent then is lost with the
 * connection, and the end of the socket fails the calls.
 */
export function linkSocket(socket: LinkSocket): LinkSocket {
  let ended = false
  return {
    addEventListener: (
      type: string,
      listener: EventListenerOrEventListenerObject,
      options?: AddEventListenerOptions,
    ) => {
      socket.addEventListener(type, listener, options)
      // After those of the link: it has failed its calls by then.
      if (type === 'close') socket.addEventListener('close', () => (ended = true))
    },
    removeEventListener: (type: string, listener: EventListenerOrEventListenerObject) =>
      socket.removeEventListener(type, listener),
    send: (message) => socket.send(message),
    get readyState() {
      return ended ? socket.readyState : WebSocket.OPEN
    },
  }
}
