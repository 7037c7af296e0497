// Package pgserver is the embedded default: a private PostgreSQL + PostGIS cluster in Zhuwang's data folder, run from
// the binaries that the machine's packages installed.
//
// The cluster listens on a unix socket alone and lets in two people of the operating system: root and the account that
// PostgreSQL runs under (peer authentication; there is no password). It is as durable as PostgreSQL is by default.
//
// # Who starts, who stops
//
// Any number of processes may use one cluster. Each holds a shared lock for as long as it does; the first one starts
// PostgreSQL, and the last one to leave stops it. So a command that finds no server running starts a cluster for its own time, and a
// cluster whose starter was killed is adopted by whoever comes next. Locks are flock(2) on files of the data folder: the
// kernel releases them with the process that held them, whatever became of it.
//
//	server.lock  exclusive: the one server of this folder; its text says who
//	pg.lock      exclusive, for the moment of a start, a join or a leave
//	pg.users     shared: each process that uses the cluster
//	pg.alive     exclusive: PostgreSQL itself, inherited by each of its processes
package pgserver
