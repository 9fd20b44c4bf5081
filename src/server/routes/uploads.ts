import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { uploadEndpoints } from '../../contract/uploads.ts'
import { newId } from '../../core/ids.ts'
import { writeAudit } from '../../store/audit.ts'
import { insertUpload, listUploads, markUploadDeleted, readUpload } from '../../store/uploads.ts'
import type { Handlers } from '../handlers.ts'
import { receiveUpload } from '../receive-upload.ts'

export const uploadRoutes: Handlers<typeof uploadEndpoints> = {
  'POST /uploads': async ({ http, caller, address }, { db, folders, settings, now, random }) => {
    const id = newId('u', now().getTime(), random)
    const received = await receiveUpload(http, folders.uploads, id, settings.uploadLimitBytes)
    try {
      const detail = { fileName: received.fileName, sizeBytes: received.sizeBytes, sha256: received.sha256 }
      await writeAudit(db, { actor: caller.actor, action: 'upload.created', target: id, detail, address })
      return await insertUpload(db, { id, ...received, createdBy: caller.actor })
    } catch (error) {
      await rm(path.join(folders.uploads, id), { force: true })
      throw error
    }
  },

  'GET /uploads': (_input, { db }) => listUploads(db),

  'GET /uploads/:uploadId': ({ params }, { db }) => readUpload(db, params.uploadId),

  'DELETE /uploads/:uploadId': async ({ params, caller, address }, { db, folders, now }) => {
    await markUploadDeleted(db, params.uploadId, now())
    await rm(path.join(folders.uploads, params.uploadId), { force: true })
    await writeAudit(db, { actor: caller.actor, action: 'upload.deleted', target: params.uploadId, address })
  },

  'POST /uploads/:uploadId/preview': async ({ params, body, signal }, { db, folders }) => {
    const upload = await readUpload(db, params.uploadId)
    const { previewFile } = await import('../../connectors/files/preview.ts')
    return previewFile({
      path: path.join(folders.uploads, upload.id),
      fileName: upload.fileName,
      reading: body.reading,
      stream: body.stream,
      signal,
    })
  },
}
