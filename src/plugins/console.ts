import type { FastifyInstance } from 'fastify'

/** The page for people, at `/`. */
export async function serveConsole(_app: FastifyInstance): Promise<void> {}
