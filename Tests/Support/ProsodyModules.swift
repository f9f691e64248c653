/// What Debian's prosody-modules add for XEP-0388, made to work with the Prosody that Debian packages them for.
///
/// They were written for Prosody 13: they ask its connections and stanzas for what those of 0.12 do not have, want to be
/// told the header of a stream together with its features, and write down times that its Lua cannot. A module of our own
/// supplies all of it.
struct ProsodyModules {
    static let names = ["backport", "sasl2", "sasl2_bind2", "sasl2_fast", "sasl2_sm"]

    private static let installed = "/usr/lib/prosody/modules/mod_sasl2/mod_sasl2.lua"

    /// Where our own module is.
    let path: String

    init(in folder: TemporaryDirectory) throws {
        try PackageMissing.check("prosody-modules", file: Self.installed)
        try folder.makeDirectory("modules")
        try folder.write(Self.backport, to: "modules/mod_backport.lua")
        path = folder.path("modules")
    }

    private static let backport = """
        local datetime = require "util.datetime";
        local filters = require "util.filters";
        local stanzas = require "util.stanza".stanza_mt.__index;

        -- Lua 5.4 writes no fractions of a second.
        local plain_datetime = datetime.datetime;
        datetime.datetime = function (time) return plain_datetime(time and math.floor(time)); end;

        function stanzas:get_child_attr(name, xmlns, attribute)
            local child = self:get_child(name, xmlns);
            return child and child.attr[attribute];
        end

        -- What LuaSec's sockets know of TLS is asked of the connection.
        local methods = { ssl_info = "info"; ssl_peerfinished = "getpeerfinished" };

        local function teach(connection)
            local interface = getmetatable(connection).__index;
            for name, method in pairs(methods) do
                interface[name] = function (self, ...)
                    local socket = self:socket();
                    return socket[method] and socket[method](socket, ...);
                end;
            end
        end

        -- Who opens the stream is told with the features of it.
        filters.add_filter_hook(function (session)
            filters.add_filter(session, "bytes/in", function (data)
                local from = data:match("<stream:stream[^>]*%sfrom='([^']*)'");
                session.header = from and { from = from } or session.header;
                return data;
            end);
        end);

        module:hook("stream-features", function (event)
            teach(event.origin.conn);
            event.stream = event.stream or event.origin.header or {};
        end, 1000);

        """
}
