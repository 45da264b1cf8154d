/** Runs in the page before anything else: gives it a port as the preload script does, and carries its messages to the host. */
{
  const { PORT_MESSAGE, TOKEN_FRAGMENT, TOKEN_PROTOCOL, WEB_PROTOCOL, WEB_SOCKET_PATH } = globalThis.names
  const given = new URLSearchParams(location.hash.slice(1)).get(TOKEN_FRAGMENT)
  // The page is loaded again without it.
  if (given !== null) sessionStorage.setItem(TOKEN_FRAGMENT, given)
  const requestPort = () => {
    const { port1, port2 } = new MessageChannel()
    const protocols = [WEB_PROTOCOL, `${TOKEN_PROTOCOL}${sessionStorage.getItem(TOKEN_FRAGMENT)}`]
    const socket = new WebSocket(`ws://${location.host}${WEB_SOCKET_PATH}`, protocols)
    const opened = new Promise((resolve) => {
      socket.addEventListener('open', resolve)
    })
    port1.addEventListener('message', ({ data }) => void opened.then(() => socket.send(data)))
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    socket.addEventListener('message', ({ data }) => port1.postMessage(data))
    port1.start()
    window.postMessage(PORT_MESSAGE, '*', [port2])
  }
  window.peerscope = { requestPort }
}
