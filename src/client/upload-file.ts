import type { Upload } from '../contract/uploads.ts'
import type { Client } from './call.ts'
import { problemFromBody, unreachable } from './problem-error.ts'

export interface UploadProgress {
  sentBytes: number
  /** Null when the browser cannot say. */
  totalBytes: number | null
}

/**
 * Uploads a file from the browser with real byte progress (fetch has none, so XMLHttpRequest).
 * @throws ProblemError; an abort rejects with the signal's reason
 */
export function uploadFile(
  client: Client,
  file: File,
  options: { onProgress: (progress: UploadProgress) => void; signal?: AbortSignal },
): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const url = client.url('POST /uploads')
    request.open('POST', url)
    request.responseType = 'json'
    for (const [name, value] of Object.entries(client.headers())) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', (event) => {
      options.onProgress({ sentBytes: event.loaded, totalBytes: event.lengthComputable ? event.total : null })
    })
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as Upload)
      else reject(problemFromBody(request.response, request.status, Date.now()))
    })
    request.addEventListener('error', () => reject(unreachable('the server', Date.now(), undefined)))
    request.addEventListener('abort', () => reject(options.signal?.reason as Error))
    options.signal?.addEventListener('abort', () => request.abort())
    const form = new FormData()
    form.append('file', file, file.name)
    request.send(form)
  })
}
