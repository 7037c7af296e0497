// Package store keeps the net in PostgreSQL + PostGIS: it is the only package that speaks SQL. It implements the domain's
// Store, migrates the schema, listens for releases, and turns errors of the database into faults by their SQLSTATE.
package store
