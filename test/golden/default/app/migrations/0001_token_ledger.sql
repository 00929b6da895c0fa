-- Model tokens of each caller by day (UTC): reserved before a call, settled after it.
create table token_ledger (
    day date not null,
    caller text not null,
    tokens bigint not null,
    primary key (day, caller)
);
