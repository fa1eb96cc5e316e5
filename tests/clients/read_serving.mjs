// Opens a serving file as a BI tool does and prints what it finds, as one JSON object:
// the library's version, the rows of every table, and the comments of tables and columns.
// usage: node read_serving.mjs <serving file>
import { DuckDBInstance } from "@duckdb/node-api";

const instance = await DuckDBInstance.create(process.argv[2], { access_mode: "READ_ONLY" });
const connection = await instance.connect();
const query = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();

const [{ version }] = await query("select version() as version");
const tables = await query(`
    select schema_name || '.' || table_name as name, comment
    from duckdb_tables() where not internal order by name`);
const columns = await query(`
    select schema_name || '.' || table_name || '.' || column_name as name, comment
    from duckdb_columns() where not internal and comment is not null order by name`);
const rows = {};
for (const { name } of tables) {
    rows[name] = await query(`select * from ${name} order by all`);
}
const comments = Object.fromEntries([...tables, ...columns].map((row) => [row.name, row.comment]));
console.log(JSON.stringify({ version, rows, comments }));
