TRIED = {}
