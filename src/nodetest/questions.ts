import { type Addr, addr } from '../questions/addr.ts'
import { type Cert, cert } from '../questions/cert.ts'
import { type Command, command } from '../questions/command.ts'
import { type Cron, cron } from '../questions/cron.ts'
import { type Disk, disk } from '../questions/disk.ts'
import { type Environment, environment } from '../questions/environment.ts'
import { type File, file } from '../questions/file.ts'
import { type Group, group } from '../questions/group.ts'
import { type Http, type HttpOptions, http } from '../questions/http.ts'
import { type Interface, networkInterface } from '../questions/interface.ts'
import { type KernelModule, kernelModule } from '../questions/kernelModule.ts'
import { type Mount, mount } from '../questions/mount.ts'
import { type Package, packageOf } from '../questions/package.ts'
import { type Processes, type ProcessFilter, process } from '../questions/process.ts'
import { type Service, service } from '../questions/service.ts'
import { type Socket, socket } from '../questions/socket.ts'
import { type Sysctl, sysctl } from '../questions/sysctl.ts'
import { type SystemInfo, systemInfo } from '../questions/systemInfo.ts'
import type { Ask } from '../questions/types.ts'
import { type User, user } from '../questions/user.ts'

/** What a node can be asked about. Naming a thing asks nothing yet; each of its methods does. */
export interface Questions {
  /** A host or an address, as the node sees it. */
  addr(host: string): Addr
  /** A file of PEM on the node, or what `HOST:PORT` shows the node. */
  cert(source: string, options?: { readonly servername?: string }): Cert
  /** A program of the PATH. */
  command(name: string): Command
  /** The entries of a user, or all. */
  cron(user?: string): Cron
  /** The file system that holds this path. */
  disk(path: string): Disk
  environment(): Environment
  file(path: string): File
  group(name: string): Group
  /** An answer as the node gets it, nobody else. */
  http(url: string, options?: HttpOptions): Http
  interface(name: string): Interface
  kernelModule(name: string): KernelModule
  mount(point: string): Mount
  package(name: string): Package
  /** By the program's name, or by more. */
  process(filter: string | ProcessFilter): Processes
  service(name: string): Service
  /** Such as `tcp://0.0.0.0:22` or `unix:///run/shop.sock`. */
  socket(name: string): Socket
  sysctl(name: string): Sysctl
  systemInfo(): SystemInfo
  user(name: string): User
}

export function questionsFor(ask: Ask, node: string): Questions {
  return {
    addr: (host) => addr(ask, host, node),
    cert: (source, options = {}) => cert(ask, source, options, node),
    command: (name) => command(ask, name, node),
    cron: (name) => cron(ask, name, node),
    disk: (path) => disk(ask, path, node),
    environment: () => environment(ask, node),
    file: (path) => file(ask, path, node),
    group: (name) => group(ask, name, node),
    http: (url, options = {}) => http(ask, url, options, node),
    interface: (name) => networkInterface(ask, name, node),
    kernelModule: (name) => kernelModule(ask, name, node),
    mount: (point) => mount(ask, point, node),
    package: (name) => packageOf(ask, name, node),
    process: (filter) => process(ask, filter, node),
    service: (name) => service(ask, name, node),
    socket: (name) => socket(ask, name, node),
    sysctl: (name) => sysctl(ask, name, node),
    systemInfo: () => systemInfo(ask, node),
    user: (name) => user(ask, name, node),
  }
}
