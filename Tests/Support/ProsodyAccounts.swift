/// Prosody's account files, written without its help: 10,000 take a second, where its tool needs minutes.
struct ProsodyAccounts {
    let options: Prosody.Options

    func write(to folder: TemporaryDirectory, domain: String) async throws {
        let accounts = "data/\(domain)/accounts"
        try folder.makeDirectory(accounts)
        let text = "return {\n\(try await credentials)};\n"
        guard options.accounts > 0 else { return }
        for number in 1...options.accounts {
            try folder.write(text, to: "\(accounts)/u\(number).dat")
        }
    }

    private var credentials: String {
        get async throws {
            guard case .hashed(let digest, let iterations) = options.storage else {
                return "\t[\"password\"] = \"\(options.password)\";\n"
            }
            let keys = try await ScramKeys(digest, password: options.password, iterations: iterations)
            return """
                \t["salt"] = "\(keys.salt)";
                \t["iteration_count"] = \(keys.iterations);
                \t["stored_key"] = "\(keys.storedKey)";
                \t["server_key"] = "\(keys.serverKey)";

                """
        }
    }
}
