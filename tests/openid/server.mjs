// A real OpenID provider that plays Pro Santé Connect: its people, its levels, and, when a test asks for it,
// answers that a forger would make. Everything honest is oidc-provider's own.
import { randomUUID } from 'node:crypto'
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

const [port, host, platform, told] = process.argv.slice(2)
const issuer = `http://${host}:${port}`
const clients = [{
  client_id: 'diaphane-test',
  client_secret: 'secret-of-the-tests',
  token_endpoint_auth_method: 'client_secret_post',
  redirect_uris: [`${platform}/compte/psc/retour/`],
  post_logout_redirect_uris: [`${platform}/compte/login/`],
  backchannel_logout_uri: told || `${platform}/compte/psc/fin/`,
  backchannel_logout_session_required: true,
}]

const ours = await generateKeyPair('RS256', { extractable: true })
const theirs = await generateKeyPair('RS256', { extractable: true })
const signing = { ...await exportJWK(ours.privateKey), kid: 'ours', alg: 'RS256', use: 'sig' }

// Who stands at the other end, at which level, and what is forged.
const scene = { SubjectNameID: '', acr: 'eidas1', forge: '', asked: null }
const SUBJECT = 'a-subject-that-means-nothing'
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

const provider = new Provider(issuer, {
  clients,
  jwks: { keys: [signing] },
  acrValues: ['eidas0', 'eidas1'],
  scopes: ['openid', 'scope_all'],
  claims: { openid: ['sub', 'acr'], scope_all: ['SubjectNameID', 'given_name', 'family_name'] },
  pkce: { required: () => true },
  cookies: { keys: [randomUUID()] },
  // The platform of the tests stands on this machine, which its guard against inside addresses would refuse.
  fetch: (url, { dispatcher: _guard, ...options }) => globalThis.fetch(url, options),
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true }, backchannelLogout: { enabled: true } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: () => ({
      sub,
      given_name: 'Camille',
      family_name: 'Fictive',
      ...(scene.SubjectNameID ? { SubjectNameID: scene.SubjectNameID } : {}),
    }),
  }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    })
    grant.addOIDCScope('openid scope_all')
    await grant.save()
    return grant
  },
})

async function forge(token) {
  const claims = decodeJwt(token)
  delete claims.at_hash
  const now = Math.floor(Date.now() / 1000)
  const changes = {
    nonce: { nonce: 'another-nonce' },
    'no-nonce': { nonce: undefined },
    audience: { aud: 'another-platform' },
    azp: { aud: ['another-platform'], azp: 'diaphane-test' },
    issuer: { iss: 'http://elsewhere.example' },
    expired: { iat: now - 7200, exp: now - 3600 },
    stale: { auth_time: now - 7200 },
    undated: { auth_time: undefined },
    key: {},
  }[scene.forge]
  if (scene.forge === 'none') {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
    return `${part({ alg: 'none' })}.${part(claims)}.`
  }
  const signer = new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'RS256', kid: 'ours' })
  return signer.sign(scene.forge === 'key' ? theirs.privateKey : ours.privateKey)
}

// A logout token as a forger would make it; without a forge, as the standard says.
async function makeLogoutToken({ forge: forged = '', sid, sub, jti = randomUUID() }) {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer, aud: 'diaphane-test', iat: now, exp: now + 120, jti, sub, sid, events: { [EVENT]: {} },
    ...{
      issuer: { iss: 'http://elsewhere.example' },
      audience: { aud: 'another-platform' },
      old: { iat: now - 7200 },
      undated: { iat: undefined },
      over: { exp: now - 600 },
      nonce: { nonce: 'a-nonce' },
      'no-event': { events: {} },
      'other-event': { events: { 'http://schemas.openid.net/event/other': {} } },
      'no-jti': { jti: undefined },
      nobody: { sub: undefined, sid: undefined },
    }[forged],
  }
  if (forged === 'none') {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
    return `${part({ alg: 'none' })}.${part(claims)}.`
  }
  const signer = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'ours', typ: 'logout+jwt' })
  return signer.sign(forged === 'key' ? theirs.privateKey : ours.privateKey)
}

provider.use(async (ctx, next) => {
  if (ctx.path === '/logout-token') {
    ctx.body = await makeLogoutToken(ctx.query)
    return
  }
  if (ctx.path === '/end') {
    const client = await provider.Client.find('diaphane-test')
    await client.backchannelLogout(SUBJECT, ctx.query.sid)
    ctx.body = 'ok'
    return
  }
  if (ctx.path === '/scene') {
    Object.assign(scene, { SubjectNameID: '', acr: 'eidas1', forge: '', asked: null }, ctx.query)
    ctx.body = 'ok'
    return
  }
  if (ctx.path === '/asked') {
    ctx.body = scene.asked
    return
  }
  if (ctx.path.startsWith('/interaction/')) {
    const { params } = await provider.interactionDetails(ctx.req, ctx.res)
    scene.asked = params
    const login = { accountId: SUBJECT, acr: scene.acr, remember: true }
    const result = scene.forge === 'cancelled'
      ? { error: 'access_denied', error_description: 'the person stopped' }
      : { login }
    ctx.respond = false
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false })
    return
  }
  await next()
  if (ctx.path === '/me' && scene.forge === 'person') ctx.body.sub = 'somebody-else'
  if (ctx.path === '/token' && ctx.body?.id_token && scene.forge) {
    if (scene.forge === 'no-token') delete ctx.body.id_token
    else if (!['person', 'cancelled'].includes(scene.forge)) ctx.body.id_token = await forge(ctx.body.id_token)
  }
})

provider.listen(Number(port), '127.0.0.1', () => console.log('listening'))
