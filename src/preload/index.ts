import { contextBridge, ipcRenderer } from 'electron'
import { PORT_CHANNEL, PORT_MESSAGE } from '../shared/desktop-binding.ts'

// The page asks once; the port that comes back goes straight to it. Nothing else crosses.
ipcRenderer.on(PORT_CHANNEL, (event) => {
  const [port] = event.ports
  if (port !== undefined) window.postMessage(PORT_MESSAGE, '*', [port])
})
contextBridge.exposeInMainWorld('peerscope', { requestPort: () => ipcRenderer.send(PORT_CHANNEL) })
