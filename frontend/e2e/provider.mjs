// A certified OpenID provider for tests: any login is an account of that name, whose address is NAME@example.org, verified unless the name is "unverified".
// Reads the address to which it sends people back from its arguments; prints its issuer when it is ready, and ends with its input.
import { Provider } from 'oidc-provider'
import { createServer } from 'node:http'

const [back] = process.argv.slice(2)
const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'zhuwang', client_secret: 'a secret of the test', redirect_uris: [back], grant_types: ['authorization_code'], response_types: ['code'] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    cookies: { keys: ['test'] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: id !== 'unverified' }) }),
  })
  server.on('request', provider.callback())
  console.log(issuer)
})
process.stdin.resume().on('end', () => process.exit(0))
