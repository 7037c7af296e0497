-- +goose Up
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

-- The outbox: what happened, written in the transaction in which it happened. A writer gives no number: `no` is given in
-- the order of commits afterwards, so that a reader of no > last misses nothing.
CREATE TABLE event (
    district text NOT NULL,
    id       bigint GENERATED ALWAYS AS IDENTITY,
    topic    text NOT NULL,
    release  integer,
    scope    text COLLATE "C" NOT NULL, -- code of the area concerned
    data     jsonb NOT NULL,
    at       timestamptz NOT NULL,
    no       bigint,
    PRIMARY KEY (district, id),
    UNIQUE (district, no)
);
